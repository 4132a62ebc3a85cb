// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`AnyPet`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(transparent)]
    pub struct AnyPet(pub ::serde_json::Value);
    impl ::std::ops::Deref for AnyPet {
        type Target = ::serde_json::Value;
        fn deref(&self) -> &::serde_json::Value {
            &self.0
        }
    }
    impl ::std::convert::From<AnyPet> for ::serde_json::Value {
        fn from(value: AnyPet) -> Self {
            value.0
        }
    }
    impl ::std::convert::From<::serde_json::Value> for AnyPet {
        fn from(value: ::serde_json::Value) -> Self {
            Self(value)
        }
    }
    ///`Cat`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Cat {
        pub kind: crate::enums::CatKind,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub lives: crate::Field<i64>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Cat {
        pub fn builder() -> builder::Cat {
            Default::default()
        }
    }
    ///`Dog`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Dog {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub barks: crate::Field<bool>,
        pub kind: crate::enums::DogKind,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Dog {
        pub fn builder() -> builder::Dog {
            Default::default()
        }
    }
    ///`HousedPet`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct HousedPet {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub house: crate::Field<HousedPetHouse>,
        pub name: ::std::string::String,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl HousedPet {
        pub fn builder() -> builder::HousedPet {
            Default::default()
        }
    }
    ///`HousedPetHouse`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(untagged)]
    pub enum HousedPetHouse {
        String(::std::string::String),
        Object {
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            street: ::std::option::Option<::std::string::String>,
            #[serde(flatten)]
            extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        },
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct Cat {
            kind: ::std::result::Result<crate::enums::CatKind, ::std::string::String>,
            lives: ::std::result::Result<crate::Field<i64>, ::std::string::String>,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Cat {
            fn default() -> Self {
                Self {
                    kind: Err("no value supplied for kind".to_string()),
                    lives: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Cat {
            pub fn kind<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::enums::CatKind>,
                T::Error: ::std::fmt::Display,
            {
                self.kind = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for kind: {e}")
                    });
                self
            }
            pub fn lives<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.lives = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for lives: {e}")
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
            pub fn build(self) -> ::std::result::Result<super::Cat, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Cat> for super::Cat {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Cat,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.kind {
                    faults.push(fault);
                }
                if let Err(fault) = &value.lives {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    kind: value.kind?,
                    lives: value.lives?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Cat> for Cat {
            fn from(value: super::Cat) -> Self {
                Self {
                    kind: Ok(value.kind),
                    lives: Ok(value.lives),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Dog {
            barks: ::std::result::Result<crate::Field<bool>, ::std::string::String>,
            kind: ::std::result::Result<crate::enums::DogKind, ::std::string::String>,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Dog {
            fn default() -> Self {
                Self {
                    barks: Ok(Default::default()),
                    kind: Err("no value supplied for kind".to_string()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Dog {
            pub fn barks<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<bool>>,
                T::Error: ::std::fmt::Display,
            {
                self.barks = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for barks: {e}")
                    });
                self
            }
            pub fn kind<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::enums::DogKind>,
                T::Error: ::std::fmt::Display,
            {
                self.kind = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for kind: {e}")
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
            pub fn build(self) -> ::std::result::Result<super::Dog, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Dog> for super::Dog {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Dog,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.barks {
                    faults.push(fault);
                }
                if let Err(fault) = &value.kind {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    barks: value.barks?,
                    kind: value.kind?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Dog> for Dog {
            fn from(value: super::Dog) -> Self {
                Self {
                    barks: Ok(value.barks),
                    kind: Ok(value.kind),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct HousedPet {
            house: ::std::result::Result<
                crate::Field<super::HousedPetHouse>,
                ::std::string::String,
            >,
            name: ::std::result::Result<::std::string::String, ::std::string::String>,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for HousedPet {
            fn default() -> Self {
                Self {
                    house: Ok(Default::default()),
                    name: Err("no value supplied for name".to_string()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl HousedPet {
            pub fn house<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<super::HousedPetHouse>>,
                T::Error: ::std::fmt::Display,
            {
                self.house = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for house: {e}")
                    });
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
            pub fn build(self) -> ::std::result::Result<super::HousedPet, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<HousedPet> for super::HousedPet {
            type Error = super::error::ConversionError;
            fn try_from(
                value: HousedPet,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.house {
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
                    house: value.house?,
                    name: value.name?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::HousedPet> for HousedPet {
            fn from(value: super::HousedPet) -> Self {
                Self {
                    house: Ok(value.house),
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
    /**add any pet

Sends a `POST` request to `/pets`

```text
let response = client.add_any_pet()
    .body(body)
    .send()
    .await;
```*/
    pub fn add_any_pet(&self) -> builder::AddAnyPet {
        builder::AddAnyPet::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::add_any_pet`]

[`Client::add_any_pet`]: super::Client::add_any_pet*/
    #[derive(Debug, Clone)]
    pub struct AddAnyPet {
        client: super::Client,
        body: Result<types::AnyPet, String>,
    }
    impl AddAnyPet {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                body: Err("body was not initialized".to_string()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::AnyPet>,
        {
            self.body = value
                .try_into()
                .map_err(|_| "conversion to `AnyPet` for body failed".to_string());
            self
        }
        ///Sends `POST /pets`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<types::HousedPet, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<types::HousedPet>, crate::Error> {
            let Self { client, body } = self;
            client.typed(&crate::operations::ADD_ANY_PET).body(body).send().await
        }
    }
}
