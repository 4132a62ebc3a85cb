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
    /**put thing

Sends a `PUT` request to `/thing`

```text
let response = client.put_thing()
    .send()
    .await;
```*/
    pub fn put_thing(&self) -> builder::PutThing {
        builder::PutThing::new(self.clone())
    }
    /**post thing

Sends a `POST` request to `/thing`

```text
let response = client.post_thing()
    .send()
    .await;
```*/
    pub fn post_thing(&self) -> builder::PostThing {
        builder::PostThing::new(self.clone())
    }
    /**delete thing

Sends a `DELETE` request to `/thing`

```text
let response = client.delete_thing()
    .send()
    .await;
```*/
    pub fn delete_thing(&self) -> builder::DeleteThing {
        builder::DeleteThing::new(self.clone())
    }
    /**probe thing

Sends a `HEAD` request to `/thing`

```text
let response = client.probe_thing()
    .send()
    .await;
```*/
    pub fn probe_thing(&self) -> builder::ProbeThing {
        builder::ProbeThing::new(self.clone())
    }
    /**patch thing

Sends a `PATCH` request to `/thing`

```text
let response = client.patch_thing()
    .send()
    .await;
```*/
    pub fn patch_thing(&self) -> builder::PatchThing {
        builder::PatchThing::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::put_thing`]

[`Client::put_thing`]: super::Client::put_thing*/
    #[derive(Debug, Clone)]
    pub struct PutThing {
        client: super::Client,
    }
    impl PutThing {
        pub fn new(client: super::Client) -> Self {
            Self { client: client }
        }
        ///Sends `PUT /thing`.
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
            let Self { client } = self;
            client.typed(&crate::operations::PUT_THING).done().await
        }
    }
    /**Builder for [`Client::post_thing`]

[`Client::post_thing`]: super::Client::post_thing*/
    #[derive(Debug, Clone)]
    pub struct PostThing {
        client: super::Client,
    }
    impl PostThing {
        pub fn new(client: super::Client) -> Self {
            Self { client: client }
        }
        ///Sends `POST /thing`.
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
            let Self { client } = self;
            client.typed(&crate::operations::POST_THING).done().await
        }
    }
    /**Builder for [`Client::delete_thing`]

[`Client::delete_thing`]: super::Client::delete_thing*/
    #[derive(Debug, Clone)]
    pub struct DeleteThing {
        client: super::Client,
    }
    impl DeleteThing {
        pub fn new(client: super::Client) -> Self {
            Self { client: client }
        }
        ///Sends `DELETE /thing`.
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
            let Self { client } = self;
            client.typed(&crate::operations::DELETE_THING).done().await
        }
    }
    /**Builder for [`Client::probe_thing`]

[`Client::probe_thing`]: super::Client::probe_thing*/
    #[derive(Debug, Clone)]
    pub struct ProbeThing {
        client: super::Client,
    }
    impl ProbeThing {
        pub fn new(client: super::Client) -> Self {
            Self { client: client }
        }
        ///Sends `HEAD /thing`.
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
            let Self { client } = self;
            client.typed(&crate::operations::PROBE_THING).done().await
        }
    }
    /**Builder for [`Client::patch_thing`]

[`Client::patch_thing`]: super::Client::patch_thing*/
    #[derive(Debug, Clone)]
    pub struct PatchThing {
        client: super::Client,
    }
    impl PatchThing {
        pub fn new(client: super::Client) -> Self {
            Self { client: client }
        }
        ///Sends `PATCH /thing`.
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
            let Self { client } = self;
            client.typed(&crate::operations::PATCH_THING).done().await
        }
    }
}
