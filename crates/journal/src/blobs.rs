//! An object store on the server, for what is large and can be made again.

use async_nats::jetstream::object_store::Config;
use bytes::Bytes;
use tokio::io::AsyncReadExt as _;

/// A bucket of named byte strings.
#[derive(Clone)]
pub struct Blobs(async_nats::jetstream::object_store::ObjectStore);

impl std::fmt::Debug for Blobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Blobs")
    }
}

impl Blobs {
    /// Opens a bucket, and makes it if there is none.
    pub async fn open(client: async_nats::Client, bucket: &str) -> Result<Self, String> {
        let context = async_nats::jetstream::new(client);
        if let Ok(store) = context.get_object_store(bucket).await {
            return Ok(Self(store));
        }
        let config = Config { bucket: bucket.to_owned(), ..Default::default() };
        let made = context.create_object_store(config).await;
        made.map(Self).map_err(|error| error.to_string())
    }

    /// The bytes under a name, if there are any.
    pub async fn get(&self, name: &str) -> Result<Option<Bytes>, String> {
        use async_nats::jetstream::object_store::GetErrorKind;
        let mut object = match self.0.get(name).await {
            Ok(object) => object,
            Err(error) if error.kind() == GetErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        let mut bytes = Vec::new();
        object.read_to_end(&mut bytes).await.map_err(|error| error.to_string())?;
        Ok(Some(bytes.into()))
    }

    /// Puts bytes under a name, in place of what was there.
    pub async fn put(&self, name: &str, bytes: Bytes) -> Result<(), String> {
        let mut reader = &*bytes;
        self.0.put(name, &mut reader).await.map(|_| ()).map_err(|error| error.to_string())
    }
}
