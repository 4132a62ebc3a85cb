// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`PutSettingsBodyValue`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(untagged)]
    pub enum PutSettingsBodyValue {
        String(::std::string::String),
        Integer(i64),
    }
    impl ::std::fmt::Display for PutSettingsBodyValue {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match self {
                Self::String(x) => x.fmt(f),
                Self::Integer(x) => x.fmt(f),
            }
        }
    }
    impl ::std::convert::From<i64> for PutSettingsBodyValue {
        fn from(value: i64) -> Self {
            Self::Integer(value)
        }
    }
    ///`SendEventsBodyItem`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct SendEventsBodyItem {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub name: crate::Field<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl SendEventsBodyItem {
        pub fn builder() -> builder::SendEventsBodyItem {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct SendEventsBodyItem {
            name: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for SendEventsBodyItem {
            fn default() -> Self {
                Self {
                    name: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl SendEventsBodyItem {
            pub fn name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for name: {e}")
                    });
                self
            }
            pub fn extra<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.extra = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for extra: {e}")
                    });
                self
            }
            /// The finished value.
            ///
            /// # Errors
            /// What is missing, and every value that could not be converted.
            pub fn build(
                self,
            ) -> ::std::result::Result<super::SendEventsBodyItem, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<SendEventsBodyItem> for super::SendEventsBodyItem {
            type Error = super::error::ConversionError;
            fn try_from(
                value: SendEventsBodyItem,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.name {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    name: value.name?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::SendEventsBodyItem> for SendEventsBodyItem {
            fn from(value: super::SendEventsBodyItem) -> Self {
                Self {
                    name: Ok(value.name),
                    extra: Ok(value.extra),
                }
            }
        }
    }
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
    /**send events

Sends a `POST` request to `/events`

```text
let response = client.send_events()
    .body(body)
    .send()
    .await;
```*/
    pub fn send_events(&self) -> builder::SendEvents {
        builder::SendEvents::new(self.clone())
    }
    /**put settings

Sends a `PUT` request to `/settings`

```text
let response = client.put_settings()
    .body(body)
    .send()
    .await;
```*/
    pub fn put_settings(&self) -> builder::PutSettings {
        builder::PutSettings::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::send_events`]

[`Client::send_events`]: super::Client::send_events*/
    #[derive(Debug, Clone)]
    pub struct SendEvents {
        client: super::Client,
        body: Result<::std::vec::Vec<types::SendEventsBodyItem>, String>,
    }
    impl SendEvents {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                body: Err("body was not initialized".to_string()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::vec::Vec<types::SendEventsBodyItem>>,
        {
            self.body = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: vec :: Vec < SendEventsBodyItem >` for body failed"
                        .to_string()
                });
            self
        }
        ///Sends `POST /events`.
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
            let Self { client, body } = self;
            client.typed(&crate::operations::SEND_EVENTS).body(body).done().await
        }
    }
    /**Builder for [`Client::put_settings`]

[`Client::put_settings`]: super::Client::put_settings*/
    #[derive(Debug, Clone)]
    pub struct PutSettings {
        client: super::Client,
        body: Result<
            ::std::collections::BTreeMap<
                ::std::string::String,
                types::PutSettingsBodyValue,
            >,
            String,
        >,
    }
    impl PutSettings {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                body: Err("body was not initialized".to_string()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<
                ::std::collections::BTreeMap<
                    ::std::string::String,
                    types::PutSettingsBodyValue,
                >,
            >,
        {
            self.body = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: collections :: BTreeMap < :: std :: string :: String , PutSettingsBodyValue >` for body failed"
                        .to_string()
                });
            self
        }
        ///Sends `PUT /settings`.
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
            let Self { client, body } = self;
            client.typed(&crate::operations::PUT_SETTINGS).body(body).done().await
        }
    }
}
