// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`ListNamesResponseItem`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct ListNamesResponseItem {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub age: crate::Field<i64>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub name: crate::Field<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl ListNamesResponseItem {
        pub fn builder() -> builder::ListNamesResponseItem {
            Default::default()
        }
    }
    ///`PageNamesResponse`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PageNamesResponse {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub data: crate::Field<::std::vec::Vec<PageNamesResponseDataItem>>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub next: crate::Field<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl PageNamesResponse {
        pub fn builder() -> builder::PageNamesResponse {
            Default::default()
        }
    }
    ///`PageNamesResponseDataItem`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PageNamesResponseDataItem {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub name: crate::Field<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl PageNamesResponseDataItem {
        pub fn builder() -> builder::PageNamesResponseDataItem {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct ListNamesResponseItem {
            age: ::std::result::Result<crate::Field<i64>, ::std::string::String>,
            name: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for ListNamesResponseItem {
            fn default() -> Self {
                Self {
                    age: Ok(Default::default()),
                    name: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl ListNamesResponseItem {
            pub fn age<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.age = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for age: {e}")
                    });
                self
            }
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
            ) -> ::std::result::Result<super::ListNamesResponseItem, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<ListNamesResponseItem>
        for super::ListNamesResponseItem {
            type Error = super::error::ConversionError;
            fn try_from(
                value: ListNamesResponseItem,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.age {
                    faults.push(fault);
                }
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
                    age: value.age?,
                    name: value.name?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::ListNamesResponseItem>
        for ListNamesResponseItem {
            fn from(value: super::ListNamesResponseItem) -> Self {
                Self {
                    age: Ok(value.age),
                    name: Ok(value.name),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct PageNamesResponse {
            data: ::std::result::Result<
                crate::Field<::std::vec::Vec<super::PageNamesResponseDataItem>>,
                ::std::string::String,
            >,
            next: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for PageNamesResponse {
            fn default() -> Self {
                Self {
                    data: Ok(Default::default()),
                    next: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl PageNamesResponse {
            pub fn data<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    crate::Field<::std::vec::Vec<super::PageNamesResponseDataItem>>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.data = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for data: {e}")
                    });
                self
            }
            pub fn next<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.next = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for next: {e}")
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
            ) -> ::std::result::Result<super::PageNamesResponse, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<PageNamesResponse> for super::PageNamesResponse {
            type Error = super::error::ConversionError;
            fn try_from(
                value: PageNamesResponse,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.data {
                    faults.push(fault);
                }
                if let Err(fault) = &value.next {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    data: value.data?,
                    next: value.next?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::PageNamesResponse> for PageNamesResponse {
            fn from(value: super::PageNamesResponse) -> Self {
                Self {
                    data: Ok(value.data),
                    next: Ok(value.next),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct PageNamesResponseDataItem {
            name: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for PageNamesResponseDataItem {
            fn default() -> Self {
                Self {
                    name: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl PageNamesResponseDataItem {
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
            ) -> ::std::result::Result<super::PageNamesResponseDataItem, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<PageNamesResponseDataItem>
        for super::PageNamesResponseDataItem {
            type Error = super::error::ConversionError;
            fn try_from(
                value: PageNamesResponseDataItem,
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
        impl ::std::convert::From<super::PageNamesResponseDataItem>
        for PageNamesResponseDataItem {
            fn from(value: super::PageNamesResponseDataItem) -> Self {
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
    /**list names

Sends a `GET` request to `/names`

```text
let response = client.list_names()
    .send()
    .await;
```*/
    pub fn list_names(&self) -> builder::ListNames {
        builder::ListNames::new(self.clone())
    }
    /**count names

Sends a `GET` request to `/count`

```text
let response = client.count_names()
    .send()
    .await;
```*/
    pub fn count_names(&self) -> builder::CountNames {
        builder::CountNames::new(self.clone())
    }
    /**page names

Sends a `GET` request to `/pages`

```text
let response = client.page_names()
    .send()
    .await;
```*/
    pub fn page_names(&self) -> builder::PageNames {
        builder::PageNames::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::list_names`]

[`Client::list_names`]: super::Client::list_names*/
    #[derive(Debug, Clone)]
    pub struct ListNames {
        client: super::Client,
    }
    impl ListNames {
        pub fn new(client: super::Client) -> Self {
            Self { client: client }
        }
        ///Sends `GET /names`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(
            self,
        ) -> Result<::std::vec::Vec<types::ListNamesResponseItem>, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<
            crate::Response<::std::vec::Vec<types::ListNamesResponseItem>>,
            crate::Error,
        > {
            let Self { client } = self;
            client.typed(&crate::operations::LIST_NAMES).send().await
        }
    }
    /**Builder for [`Client::count_names`]

[`Client::count_names`]: super::Client::count_names*/
    #[derive(Debug, Clone)]
    pub struct CountNames {
        client: super::Client,
    }
    impl CountNames {
        pub fn new(client: super::Client) -> Self {
            Self { client: client }
        }
        ///Sends `GET /count`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<i64, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(self) -> Result<crate::Response<i64>, crate::Error> {
            let Self { client } = self;
            client.typed(&crate::operations::COUNT_NAMES).send().await
        }
    }
    /**Builder for [`Client::page_names`]

[`Client::page_names`]: super::Client::page_names*/
    #[derive(Debug, Clone)]
    pub struct PageNames {
        client: super::Client,
    }
    impl PageNames {
        pub fn new(client: super::Client) -> Self {
            Self { client: client }
        }
        ///Sends `GET /pages`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<types::PageNamesResponse, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<types::PageNamesResponse>, crate::Error> {
            let Self { client } = self;
            client.typed(&crate::operations::PAGE_NAMES).send().await
        }
    }
}
