// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`AddMemberBody`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct AddMemberBody {
        ///Of the person.
        pub id: ::std::string::String,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub rôle: crate::Field<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl AddMemberBody {
        pub fn builder() -> builder::AddMemberBody {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct AddMemberBody {
            id: ::std::result::Result<::std::string::String, ::std::string::String>,
            rôle: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for AddMemberBody {
            fn default() -> Self {
                Self {
                    id: Err("no value supplied for id".to_string()),
                    rôle: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl AddMemberBody {
            ///Of the person.
            pub fn id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.id = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for id: {e}"));
                self
            }
            pub fn rôle<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.rôle = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for rôle: {e}")
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
            ) -> ::std::result::Result<super::AddMemberBody, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<AddMemberBody> for super::AddMemberBody {
            type Error = super::error::ConversionError;
            fn try_from(
                value: AddMemberBody,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.id {
                    faults.push(fault);
                }
                if let Err(fault) = &value.rôle {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    id: value.id?,
                    rôle: value.rôle?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::AddMemberBody> for AddMemberBody {
            fn from(value: super::AddMemberBody) -> Self {
                Self {
                    id: Ok(value.id),
                    rôle: Ok(value.rôle),
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
    /**add member

Sends a `POST` request to `/groups/{id}/members`

Arguments:
- `id`: Of the group.
- `filter_kind`:
- `body`
```text
let response = client.add_member()
    .id(id)
    .filter_kind(filter_kind)
    .body(body)
    .send()
    .await;
```*/
    pub fn add_member(&self) -> builder::AddMember {
        builder::AddMember::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::add_member`]

[`Client::add_member`]: super::Client::add_member*/
    #[derive(Debug, Clone)]
    pub struct AddMember {
        client: super::Client,
        id: Result<::std::string::String, String>,
        filter_kind: Result<Option<::std::string::String>, String>,
        body: Result<types::builder::AddMemberBody, String>,
    }
    impl AddMember {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
                filter_kind: Ok(None),
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.id = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for id failed"
                        .to_string()
                });
            self
        }
        pub fn filter_kind<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.filter_kind = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for filter_kind failed"
                        .to_string()
                });
            self
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::AddMemberBody>,
            <V as std::convert::TryInto<types::AddMemberBody>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!("conversion to `AddMemberBody` for body failed: {}", s)
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(
                types::builder::AddMemberBody,
            ) -> types::builder::AddMemberBody,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends `POST /groups/{id}/members`.
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
            let Self { client, id, filter_kind, body } = self;
            client
                .typed(&crate::operations::ADD_MEMBER)
                .path("id", id)
                .query("filter[kind]", filter_kind)
                .body(
                    body
                        .and_then(|body| {
                            types::AddMemberBody::try_from(body)
                                .map_err(|fault| fault.to_string())
                        }),
                )
                .done()
                .await
        }
        pub fn rôle<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.rôle(value));
            self
        }
    }
}
