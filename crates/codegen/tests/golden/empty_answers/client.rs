// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
}
impl Client {
    /**peek job

Sends a `GET` request to `/jobs/{job}`

Arguments:
- `job`:
```text
let response = client.peek_job()
    .job(job)
    .send()
    .await;
```*/
    pub fn peek_job(&self) -> builder::PeekJob {
        builder::PeekJob::new(self.clone())
    }
    /**touch job

Sends a `PUT` request to `/jobs/{job}`

Arguments:
- `job`:
```text
let response = client.touch_job()
    .job(job)
    .send()
    .await;
```*/
    pub fn touch_job(&self) -> builder::TouchJob {
        builder::TouchJob::new(self.clone())
    }
    /**start job

Sends a `POST` request to `/jobs/{job}`

Arguments:
- `job`:
```text
let response = client.start_job()
    .job(job)
    .send()
    .await;
```*/
    pub fn start_job(&self) -> builder::StartJob {
        builder::StartJob::new(self.clone())
    }
    /**drop job

Sends a `DELETE` request to `/jobs/{job}`

Arguments:
- `job`:
```text
let response = client.drop_job()
    .job(job)
    .send()
    .await;
```*/
    pub fn drop_job(&self) -> builder::DropJob {
        builder::DropJob::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::peek_job`]

[`Client::peek_job`]: super::Client::peek_job*/
    #[derive(Debug, Clone)]
    pub struct PeekJob {
        client: super::Client,
        job: Result<::std::string::String, String>,
    }
    impl PeekJob {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                job: Err("job was not initialized".to_string()),
            }
        }
        pub fn job<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.job = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for job failed"
                        .to_string()
                });
            self
        }
        ///Sends `GET /jobs/{job}`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<::serde_json::Value, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<::serde_json::Value>, crate::Error> {
            let Self { client, job } = self;
            client.typed(&crate::operations::PEEK_JOB).path("job", job).send().await
        }
    }
    /**Builder for [`Client::touch_job`]

[`Client::touch_job`]: super::Client::touch_job*/
    #[derive(Debug, Clone)]
    pub struct TouchJob {
        client: super::Client,
        job: Result<::std::string::String, String>,
    }
    impl TouchJob {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                job: Err("job was not initialized".to_string()),
            }
        }
        pub fn job<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.job = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for job failed"
                        .to_string()
                });
            self
        }
        ///Sends `PUT /jobs/{job}`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<::serde_json::Value, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<::serde_json::Value>, crate::Error> {
            let Self { client, job } = self;
            client.typed(&crate::operations::TOUCH_JOB).path("job", job).send().await
        }
    }
    /**Builder for [`Client::start_job`]

[`Client::start_job`]: super::Client::start_job*/
    #[derive(Debug, Clone)]
    pub struct StartJob {
        client: super::Client,
        job: Result<::std::string::String, String>,
    }
    impl StartJob {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                job: Err("job was not initialized".to_string()),
            }
        }
        pub fn job<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.job = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for job failed"
                        .to_string()
                });
            self
        }
        ///Sends `POST /jobs/{job}`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<(), crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(self) -> Result<crate::Response<()>, crate::Error> {
            let Self { client, job } = self;
            client.typed(&crate::operations::START_JOB).path("job", job).done().await
        }
    }
    /**Builder for [`Client::drop_job`]

[`Client::drop_job`]: super::Client::drop_job*/
    #[derive(Debug, Clone)]
    pub struct DropJob {
        client: super::Client,
        job: Result<::std::string::String, String>,
    }
    impl DropJob {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                job: Err("job was not initialized".to_string()),
            }
        }
        pub fn job<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.job = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for job failed"
                        .to_string()
                });
            self
        }
        ///Sends `DELETE /jobs/{job}`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<(), crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(self) -> Result<crate::Response<()>, crate::Error> {
            let Self { client, job } = self;
            client.typed(&crate::operations::DROP_JOB).path("job", job).done().await
        }
    }
}
