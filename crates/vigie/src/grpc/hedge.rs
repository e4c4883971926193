//! `vigie.risk.v1.HedgeService`: every method, and where it is answered.

mod convert;
pub(super) mod messages;
mod questions;

use ::risk::Policy;
use api::risk::{self as proto, hedge_service_server::HedgeService};

use super::{Api, method, portfolio};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

method::service! {
    HedgeService of Policy {
        commands {
            register_hedge RegisterHedgeRequest RegisterHedgeResponse RegisterHedge
                convert::register;
            use_hedge UseHedgeRequest UseHedgeResponse UseHedge convert::used;
            end_hedge EndHedgeRequest EndHedgeResponse EndHedge convert::end;
        }
        questions {
            list_hedges ListHedgesRequest ListHedgesResponse questions::list;
            get_currency_cover GetCurrencyCoverRequest GetCurrencyCoverResponse
                portfolio::currency_cover::get_currency_cover;
        }
    }
}
