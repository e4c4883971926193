//! A file for a system that takes each once: the same call as a webhook's, and a stricter reading of the
//! answer.

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::Full;

use super::{Webhook, not_now};
use crate::{
    Outcome,
    message::{check_file_name, check_id},
    signature,
};

/// A file that is brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Says which it is, for ever, as [`Call::id`](crate::Call::id) does; the receiver's
    /// `Idempotency-Key`.
    pub id: String,
    /// When, in seconds since 1970; it is signed.
    pub at: i64,
    /// What it is about: the receiver's `Vigie-Errand`, a word of `a`–`z` and `_`.
    pub errand: &'static str,
    /// The name of the file: 1 to 200 letters, digits, `.`, `_`, `-`, signs only between.
    pub name: String,
    /// The file.
    pub bytes: Bytes,
}

impl Webhook {
    /// Brings a file once, in the body of a POST.
    ///
    /// 2xx is `Sent`, and so is 409: a receiver answers it to an `Idempotency-Key` under which it has
    /// taken a file before. 408, 425, 429 and 503 are `Failed`: it has not looked at it; other
    /// answers of 3xx and 4xx are so permanently. Other answers of 5xx are `Unknown`: somebody on the
    /// way may have taken it. Without an answer it is `Failed` as long as no byte can have left, and
    /// `Unknown` after that. A future that is dropped half-way is to be taken as `Unknown`.
    pub async fn deliver(&self, parcel: &Parcel) -> Outcome {
        if let Err(unfit) = check_id(&parcel.id).and_then(|()| check_file_name(&parcel.name)) {
            return Outcome::refused(unfit);
        }
        match self.parcel_request(parcel) {
            Ok(request) => self.exchange(request, judged).await,
            Err(error) => Outcome::refused(error),
        }
    }

    fn parcel_request(&self, parcel: &Parcel) -> Result<Request<Full<Bytes>>, http::Error> {
        let path = self.uri.path_and_query().map_or("/", |it| it.as_str());
        let host = self.uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
        let ending = parcel.name.rsplit('.').next();
        let json = ending.is_some_and(|it| it.eq_ignore_ascii_case("json"));
        let kind = if json { "application/json" } else { "application/octet-stream" };
        Request::post(path)
            .header(header::HOST, host)
            .header(header::CONTENT_TYPE, kind)
            .header(
                header::CONTENT_DISPOSITION,
                format!("attachment; filename=\"{}\"", parcel.name),
            )
            .header(header::USER_AGENT, "Vigie")
            .header("Idempotency-Key", &parcel.id)
            .header("Vigie-Errand", parcel.errand)
            .header("Vigie-Signature", signature(&self.secret, parcel.at, &parcel.bytes))
            .body(Full::new(parcel.bytes.clone()))
    }
}

fn judged(status: StatusCode, said: String) -> Outcome {
    if status.is_success() {
        Outcome::sent(said)
    } else if status == StatusCode::CONFLICT {
        Outcome::sent(format!("taken already: {said}"))
    } else if not_now(status) || status == StatusCode::SERVICE_UNAVAILABLE {
        Outcome::failed(said)
    } else if status.is_server_error() {
        Outcome::unknown(said)
    } else {
        Outcome::refused(said)
    }
}
