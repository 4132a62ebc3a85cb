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
    /**search groups

Sends a `GET` request to `/search/{groups}`

Arguments:
- `groups`:
- `ids`:
- `joined`:
- `kinds`:
- `sizes`:
```text
let response = client.search_groups()
    .groups(groups)
    .ids(ids)
    .joined(joined)
    .kinds(kinds)
    .sizes(sizes)
    .send()
    .await;
```*/
    pub fn search_groups(&self) -> builder::SearchGroups {
        builder::SearchGroups::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::search_groups`]

[`Client::search_groups`]: super::Client::search_groups*/
    #[derive(Debug, Clone)]
    pub struct SearchGroups {
        client: super::Client,
        groups: Result<::std::string::String, String>,
        ids: Result<Option<::std::vec::Vec<::uuid::Uuid>>, String>,
        joined: Result<Option<::std::string::String>, String>,
        kinds: Result<
            Option<::std::vec::Vec<crate::enums::SearchGroupsKindsItem>>,
            String,
        >,
        sizes: Result<::std::vec::Vec<i64>, String>,
    }
    impl SearchGroups {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                groups: Err("groups was not initialized".to_string()),
                ids: Ok(None),
                joined: Ok(None),
                kinds: Ok(None),
                sizes: Err("sizes was not initialized".to_string()),
            }
        }
        pub fn groups<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.groups = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for groups failed"
                        .to_string()
                });
            self
        }
        pub fn ids<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::vec::Vec<::uuid::Uuid>>,
        {
            self.ids = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: vec :: Vec < :: uuid :: Uuid >` for ids failed"
                        .to_string()
                });
            self
        }
        pub fn joined<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.joined = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for joined failed"
                        .to_string()
                });
            self
        }
        pub fn kinds<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<
                ::std::vec::Vec<crate::enums::SearchGroupsKindsItem>,
            >,
        {
            self.kinds = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: vec :: Vec < crate :: enums :: SearchGroupsKindsItem >` for kinds failed"
                        .to_string()
                });
            self
        }
        pub fn sizes<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::vec::Vec<i64>>,
        {
            self.sizes = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: vec :: Vec < i64 >` for sizes failed"
                        .to_string()
                });
            self
        }
        ///Sends `GET /search/{groups}`.
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
            let Self { client, groups, ids, joined, kinds, sizes } = self;
            client
                .typed(&crate::operations::SEARCH_GROUPS)
                .path("groups", groups)
                .query("ids", ids)
                .query("sizes", sizes)
                .query("joined", joined)
                .query("kinds", kinds)
                .done()
                .await
        }
    }
}
