// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`NewPerson`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct NewPerson {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub active: crate::Field<bool>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub born: crate::Field<::std::string::String>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub email: crate::Field<::std::string::String>,
        ///Full name.
        pub name: ::std::string::String,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub tags: crate::Field<::std::vec::Vec<::std::string::String>>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl NewPerson {
        pub fn builder() -> builder::NewPerson {
            Default::default()
        }
    }
    ///`Person`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Person {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub created_at: crate::Field<crate::Timestamp>,
        pub id: ::uuid::Uuid,
        pub name: ::std::string::String,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Person {
        pub fn builder() -> builder::Person {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct NewPerson {
            active: ::std::result::Result<crate::Field<bool>, ::std::string::String>,
            born: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            email: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            name: ::std::result::Result<::std::string::String, ::std::string::String>,
            tags: ::std::result::Result<
                crate::Field<::std::vec::Vec<::std::string::String>>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for NewPerson {
            fn default() -> Self {
                Self {
                    active: Ok(Default::default()),
                    born: Ok(Default::default()),
                    email: Ok(Default::default()),
                    name: Err("no value supplied for name".to_string()),
                    tags: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl NewPerson {
            pub fn active<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<bool>>,
                T::Error: ::std::fmt::Display,
            {
                self.active = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for active: {e}")
                    });
                self
            }
            pub fn born<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.born = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for born: {e}")
                    });
                self
            }
            pub fn email<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.email = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for email: {e}")
                    });
                self
            }
            ///Full name.
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
            pub fn tags<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    crate::Field<::std::vec::Vec<::std::string::String>>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.tags = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for tags: {e}")
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
            pub fn build(self) -> ::std::result::Result<super::NewPerson, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<NewPerson> for super::NewPerson {
            type Error = super::error::ConversionError;
            fn try_from(
                value: NewPerson,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.active {
                    faults.push(fault);
                }
                if let Err(fault) = &value.born {
                    faults.push(fault);
                }
                if let Err(fault) = &value.email {
                    faults.push(fault);
                }
                if let Err(fault) = &value.name {
                    faults.push(fault);
                }
                if let Err(fault) = &value.tags {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    active: value.active?,
                    born: value.born?,
                    email: value.email?,
                    name: value.name?,
                    tags: value.tags?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::NewPerson> for NewPerson {
            fn from(value: super::NewPerson) -> Self {
                Self {
                    active: Ok(value.active),
                    born: Ok(value.born),
                    email: Ok(value.email),
                    name: Ok(value.name),
                    tags: Ok(value.tags),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Person {
            created_at: ::std::result::Result<
                crate::Field<crate::Timestamp>,
                ::std::string::String,
            >,
            id: ::std::result::Result<::uuid::Uuid, ::std::string::String>,
            name: ::std::result::Result<::std::string::String, ::std::string::String>,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Person {
            fn default() -> Self {
                Self {
                    created_at: Ok(Default::default()),
                    id: Err("no value supplied for id".to_string()),
                    name: Err("no value supplied for name".to_string()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Person {
            pub fn created_at<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<crate::Timestamp>>,
                T::Error: ::std::fmt::Display,
            {
                self.created_at = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for created_at: {e}")
                    });
                self
            }
            pub fn id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::uuid::Uuid>,
                T::Error: ::std::fmt::Display,
            {
                self.id = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for id: {e}"));
                self
            }
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
            pub fn build(self) -> ::std::result::Result<super::Person, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Person> for super::Person {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Person,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.created_at {
                    faults.push(fault);
                }
                if let Err(fault) = &value.id {
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
                    created_at: value.created_at?,
                    id: value.id?,
                    name: value.name?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Person> for Person {
            fn from(value: super::Person) -> Self {
                Self {
                    created_at: Ok(value.created_at),
                    id: Ok(value.id),
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
    /**add person

Sends a `POST` request to `/people`

```text
let response = client.add_person()
    .body(body)
    .send()
    .await;
```*/
    pub fn add_person(&self) -> builder::AddPerson {
        builder::AddPerson::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::add_person`]

[`Client::add_person`]: super::Client::add_person*/
    #[derive(Debug, Clone)]
    pub struct AddPerson {
        client: super::Client,
        body: Result<types::builder::NewPerson, String>,
    }
    impl AddPerson {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::NewPerson>,
            <V as std::convert::TryInto<types::NewPerson>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!("conversion to `NewPerson` for body failed: {}", s)
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(types::builder::NewPerson) -> types::builder::NewPerson,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends `POST /people`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<types::Person, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<types::Person>, crate::Error> {
            let Self { client, body } = self;
            client
                .typed(&crate::operations::ADD_PERSON)
                .body(
                    body
                        .and_then(|body| {
                            types::NewPerson::try_from(body)
                                .map_err(|fault| fault.to_string())
                        }),
                )
                .send()
                .await
        }
        pub fn active<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<bool>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.active(value));
            self
        }
        pub fn born<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.born(value));
            self
        }
        pub fn email<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.email(value));
            self
        }
        ///Full name.
        pub fn name<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<::std::string::String>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.name(value));
            self
        }
        pub fn tags<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<
                crate::Field<::std::vec::Vec<::std::string::String>>,
            >,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.tags(value));
            self
        }
    }
}
