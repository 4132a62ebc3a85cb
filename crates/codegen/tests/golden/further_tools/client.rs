// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`SetDoorBody`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct SetDoorBody {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub note: crate::Field<::std::string::String>,
        pub state: crate::enums::SetDoorBodyState,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl SetDoorBody {
        pub fn builder() -> builder::SetDoorBody {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct SetDoorBody {
            note: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            state: ::std::result::Result<
                crate::enums::SetDoorBodyState,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for SetDoorBody {
            fn default() -> Self {
                Self {
                    note: Ok(Default::default()),
                    state: Err("no value supplied for state".to_string()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl SetDoorBody {
            pub fn note<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.note = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for note: {e}")
                    });
                self
            }
            pub fn state<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::enums::SetDoorBodyState>,
                T::Error: ::std::fmt::Display,
            {
                self.state = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for state: {e}")
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
            ) -> ::std::result::Result<super::SetDoorBody, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<SetDoorBody> for super::SetDoorBody {
            type Error = super::error::ConversionError;
            fn try_from(
                value: SetDoorBody,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.note {
                    faults.push(fault);
                }
                if let Err(fault) = &value.state {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    note: value.note?,
                    state: value.state?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::SetDoorBody> for SetDoorBody {
            fn from(value: super::SetDoorBody) -> Self {
                Self {
                    note: Ok(value.note),
                    state: Ok(value.state),
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
    /**get door

Sends a `GET` request to `/doors/{door}`

Arguments:
- `door`:
```text
let response = client.get_door()
    .door(door)
    .send()
    .await;
```*/
    pub fn get_door(&self) -> builder::GetDoor {
        builder::GetDoor::new(self.clone())
    }
    /**set door

Sends a `PUT` request to `/doors/{door}`

Arguments:
- `door`:
- `loud`:
- `body`
```text
let response = client.set_door()
    .door(door)
    .loud(loud)
    .body(body)
    .send()
    .await;
```*/
    pub fn set_door(&self) -> builder::SetDoor {
        builder::SetDoor::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::get_door`]

[`Client::get_door`]: super::Client::get_door*/
    #[derive(Debug, Clone)]
    pub struct GetDoor {
        client: super::Client,
        door: Result<::std::string::String, String>,
    }
    impl GetDoor {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                door: Err("door was not initialized".to_string()),
            }
        }
        pub fn door<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.door = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for door failed"
                        .to_string()
                });
            self
        }
        ///Sends `GET /doors/{door}`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(
            self,
        ) -> Result<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
            crate::Error,
        > {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<
            crate::Response<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
            >,
            crate::Error,
        > {
            let Self { client, door } = self;
            client.typed(&crate::operations::GET_DOOR).path("door", door).send().await
        }
    }
    /**Builder for [`Client::set_door`]

[`Client::set_door`]: super::Client::set_door*/
    #[derive(Debug, Clone)]
    pub struct SetDoor {
        client: super::Client,
        door: Result<::std::string::String, String>,
        loud: Result<Option<bool>, String>,
        body: Result<types::builder::SetDoorBody, String>,
    }
    impl SetDoor {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                door: Err("door was not initialized".to_string()),
                loud: Ok(None),
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn door<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.door = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for door failed"
                        .to_string()
                });
            self
        }
        pub fn loud<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<bool>,
        {
            self.loud = value
                .try_into()
                .map(Some)
                .map_err(|_| "conversion to `bool` for loud failed".to_string());
            self
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::SetDoorBody>,
            <V as std::convert::TryInto<types::SetDoorBody>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!("conversion to `SetDoorBody` for body failed: {}", s)
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(
                types::builder::SetDoorBody,
            ) -> types::builder::SetDoorBody,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends `PUT /doors/{door}`.
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
            let Self { client, door, loud, body } = self;
            client
                .typed(&crate::operations::SET_DOOR)
                .path("door", door)
                .query("loud", loud)
                .body(
                    body
                        .and_then(|body| {
                            types::SetDoorBody::try_from(body)
                                .map_err(|fault| fault.to_string())
                        }),
                )
                .done()
                .await
        }
        pub fn note<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.note(value));
            self
        }
        pub fn state<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::enums::SetDoorBodyState>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.state(value));
            self
        }
    }
}
