// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`FindItemResponse`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct FindItemResponse {
        pub name: ::std::string::String,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl FindItemResponse {
        pub fn builder() -> builder::FindItemResponse {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct FindItemResponse {
            name: ::std::result::Result<::std::string::String, ::std::string::String>,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for FindItemResponse {
            fn default() -> Self {
                Self {
                    name: Err("no value supplied for name".to_string()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl FindItemResponse {
            pub fn name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
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
            ) -> ::std::result::Result<super::FindItemResponse, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<FindItemResponse> for super::FindItemResponse {
            type Error = super::error::ConversionError;
            fn try_from(
                value: FindItemResponse,
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
        impl ::std::convert::From<super::FindItemResponse> for FindItemResponse {
            fn from(value: super::FindItemResponse) -> Self {
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
    /**Find an item

Finds one item of a shop.

Sends a `GET` request to `/shops/{shop_id}/items/{item}`

Arguments:
- `shop_id`:
- `item`: Its number.
- `at_least`:
- `language`: Of the texts.
- `x_trace`:
```text
let response = client.find_item()
    .shop_id(shop_id)
    .item(item)
    .at_least(at_least)
    .language(language)
    .x_trace(x_trace)
    .send()
    .await;
```*/
    pub fn find_item(&self) -> builder::FindItem {
        builder::FindItem::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::find_item`]

[`Client::find_item`]: super::Client::find_item*/
    #[derive(Debug, Clone)]
    pub struct FindItem {
        client: super::Client,
        shop_id: Result<::uuid::Uuid, String>,
        item: Result<i64, String>,
        at_least: Result<f64, String>,
        language: Result<Option<::std::string::String>, String>,
        x_trace: Result<Option<::std::string::String>, String>,
    }
    impl FindItem {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                shop_id: Err("shop_id was not initialized".to_string()),
                item: Err("item was not initialized".to_string()),
                at_least: Err("at_least was not initialized".to_string()),
                language: Ok(None),
                x_trace: Ok(None),
            }
        }
        pub fn shop_id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::uuid::Uuid>,
        {
            self.shop_id = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: uuid :: Uuid` for shop_id failed".to_string()
                });
            self
        }
        pub fn item<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i64>,
        {
            self.item = value
                .try_into()
                .map_err(|_| "conversion to `i64` for item failed".to_string());
            self
        }
        pub fn at_least<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<f64>,
        {
            self.at_least = value
                .try_into()
                .map_err(|_| "conversion to `f64` for at_least failed".to_string());
            self
        }
        pub fn language<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.language = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for language failed"
                        .to_string()
                });
            self
        }
        pub fn x_trace<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.x_trace = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for x_trace failed"
                        .to_string()
                });
            self
        }
        ///Sends `GET /shops/{shop_id}/items/{item}`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<types::FindItemResponse, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<types::FindItemResponse>, crate::Error> {
            let Self { client, shop_id, item, at_least, language, x_trace } = self;
            client
                .typed(&crate::operations::FIND_ITEM)
                .path("shop_id", shop_id)
                .path("item", item)
                .query("language", language)
                .query("at_least", at_least)
                .header("X-Trace", x_trace)
                .send()
                .await
        }
    }
}
