// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`Printer`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Printer {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub name: crate::Field<::std::string::String>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub phone: crate::Field<::std::string::String>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub seat: crate::Field<PrinterSeat>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Printer {
        pub fn builder() -> builder::Printer {
            Default::default()
        }
    }
    ///`PrinterSeat`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PrinterSeat {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub city: crate::Field<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl PrinterSeat {
        pub fn builder() -> builder::PrinterSeat {
            Default::default()
        }
    }
    ///`Volume`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Volume {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub anything: crate::Field<::serde_json::Value>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub chapters: crate::Field<::std::vec::Vec<VolumeChaptersItem>>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub isbn: crate::Field<::uuid::Uuid>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub notes: crate::Field<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub printer: crate::Field<Printer>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub sequel: crate::Field<::std::boxed::Box<Volume>>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub title: crate::Field<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Volume {
        pub fn builder() -> builder::Volume {
            Default::default()
        }
    }
    ///`VolumeChaptersItem`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct VolumeChaptersItem {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub title: crate::Field<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl VolumeChaptersItem {
        pub fn builder() -> builder::VolumeChaptersItem {
            Default::default()
        }
    }
    ///`Volumes`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Volumes {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub found: crate::Field<::std::vec::Vec<Volume>>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Volumes {
        pub fn builder() -> builder::Volumes {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct Printer {
            name: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            phone: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            seat: ::std::result::Result<
                crate::Field<super::PrinterSeat>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Printer {
            fn default() -> Self {
                Self {
                    name: Ok(Default::default()),
                    phone: Ok(Default::default()),
                    seat: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Printer {
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
            pub fn phone<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.phone = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for phone: {e}")
                    });
                self
            }
            pub fn seat<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<super::PrinterSeat>>,
                T::Error: ::std::fmt::Display,
            {
                self.seat = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for seat: {e}")
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
            pub fn build(self) -> ::std::result::Result<super::Printer, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Printer> for super::Printer {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Printer,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.name {
                    faults.push(fault);
                }
                if let Err(fault) = &value.phone {
                    faults.push(fault);
                }
                if let Err(fault) = &value.seat {
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
                    phone: value.phone?,
                    seat: value.seat?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Printer> for Printer {
            fn from(value: super::Printer) -> Self {
                Self {
                    name: Ok(value.name),
                    phone: Ok(value.phone),
                    seat: Ok(value.seat),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct PrinterSeat {
            city: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for PrinterSeat {
            fn default() -> Self {
                Self {
                    city: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl PrinterSeat {
            pub fn city<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.city = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for city: {e}")
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
            ) -> ::std::result::Result<super::PrinterSeat, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<PrinterSeat> for super::PrinterSeat {
            type Error = super::error::ConversionError;
            fn try_from(
                value: PrinterSeat,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.city {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    city: value.city?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::PrinterSeat> for PrinterSeat {
            fn from(value: super::PrinterSeat) -> Self {
                Self {
                    city: Ok(value.city),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Volume {
            anything: ::std::result::Result<
                crate::Field<::serde_json::Value>,
                ::std::string::String,
            >,
            chapters: ::std::result::Result<
                crate::Field<::std::vec::Vec<super::VolumeChaptersItem>>,
                ::std::string::String,
            >,
            isbn: ::std::result::Result<
                crate::Field<::uuid::Uuid>,
                ::std::string::String,
            >,
            notes: ::std::result::Result<
                crate::Field<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                ::std::string::String,
            >,
            printer: ::std::result::Result<
                crate::Field<super::Printer>,
                ::std::string::String,
            >,
            sequel: ::std::result::Result<
                crate::Field<::std::boxed::Box<super::Volume>>,
                ::std::string::String,
            >,
            title: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Volume {
            fn default() -> Self {
                Self {
                    anything: Ok(Default::default()),
                    chapters: Ok(Default::default()),
                    isbn: Ok(Default::default()),
                    notes: Ok(Default::default()),
                    printer: Ok(Default::default()),
                    sequel: Ok(Default::default()),
                    title: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Volume {
            pub fn anything<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::serde_json::Value>>,
                T::Error: ::std::fmt::Display,
            {
                self.anything = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for anything: {e}")
                    });
                self
            }
            pub fn chapters<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    crate::Field<::std::vec::Vec<super::VolumeChaptersItem>>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.chapters = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for chapters: {e}")
                    });
                self
            }
            pub fn isbn<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::uuid::Uuid>>,
                T::Error: ::std::fmt::Display,
            {
                self.isbn = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for isbn: {e}")
                    });
                self
            }
            pub fn notes<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    crate::Field<
                        ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                    >,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.notes = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for notes: {e}")
                    });
                self
            }
            pub fn printer<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<super::Printer>>,
                T::Error: ::std::fmt::Display,
            {
                self.printer = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for printer: {e}")
                    });
                self
            }
            pub fn sequel<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    crate::Field<::std::boxed::Box<super::Volume>>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.sequel = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for sequel: {e}")
                    });
                self
            }
            pub fn title<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.title = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for title: {e}")
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
            pub fn build(self) -> ::std::result::Result<super::Volume, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Volume> for super::Volume {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Volume,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.anything {
                    faults.push(fault);
                }
                if let Err(fault) = &value.chapters {
                    faults.push(fault);
                }
                if let Err(fault) = &value.isbn {
                    faults.push(fault);
                }
                if let Err(fault) = &value.notes {
                    faults.push(fault);
                }
                if let Err(fault) = &value.printer {
                    faults.push(fault);
                }
                if let Err(fault) = &value.sequel {
                    faults.push(fault);
                }
                if let Err(fault) = &value.title {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    anything: value.anything?,
                    chapters: value.chapters?,
                    isbn: value.isbn?,
                    notes: value.notes?,
                    printer: value.printer?,
                    sequel: value.sequel?,
                    title: value.title?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Volume> for Volume {
            fn from(value: super::Volume) -> Self {
                Self {
                    anything: Ok(value.anything),
                    chapters: Ok(value.chapters),
                    isbn: Ok(value.isbn),
                    notes: Ok(value.notes),
                    printer: Ok(value.printer),
                    sequel: Ok(value.sequel),
                    title: Ok(value.title),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct VolumeChaptersItem {
            title: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for VolumeChaptersItem {
            fn default() -> Self {
                Self {
                    title: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl VolumeChaptersItem {
            pub fn title<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.title = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for title: {e}")
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
            ) -> ::std::result::Result<super::VolumeChaptersItem, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<VolumeChaptersItem> for super::VolumeChaptersItem {
            type Error = super::error::ConversionError;
            fn try_from(
                value: VolumeChaptersItem,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.title {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    title: value.title?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::VolumeChaptersItem> for VolumeChaptersItem {
            fn from(value: super::VolumeChaptersItem) -> Self {
                Self {
                    title: Ok(value.title),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Volumes {
            found: ::std::result::Result<
                crate::Field<::std::vec::Vec<super::Volume>>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Volumes {
            fn default() -> Self {
                Self {
                    found: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Volumes {
            pub fn found<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::vec::Vec<super::Volume>>>,
                T::Error: ::std::fmt::Display,
            {
                self.found = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for found: {e}")
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
            pub fn build(self) -> ::std::result::Result<super::Volumes, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Volumes> for super::Volumes {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Volumes,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.found {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    found: value.found?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Volumes> for Volumes {
            fn from(value: super::Volumes) -> Self {
                Self {
                    found: Ok(value.found),
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
    /**list volumes

Sends a `GET` request to `/volumes`

Arguments:
- `number`:
- `size`:
```text
let response = client.list_volumes()
    .number(number)
    .size(size)
    .send()
    .await;
```*/
    pub fn list_volumes(&self) -> builder::ListVolumes {
        builder::ListVolumes::new(self.clone())
    }
    /**list racks

Sends a `GET` request to `/racks`

```text
let response = client.list_racks()
    .send()
    .await;
```*/
    pub fn list_racks(&self) -> builder::ListRacks {
        builder::ListRacks::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::list_volumes`]

[`Client::list_volumes`]: super::Client::list_volumes*/
    #[derive(Debug, Clone)]
    pub struct ListVolumes {
        client: super::Client,
        number: Result<Option<i64>, String>,
        size: Result<Option<i64>, String>,
    }
    impl ListVolumes {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                number: Ok(None),
                size: Ok(None),
            }
        }
        pub fn number<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i64>,
        {
            self.number = value
                .try_into()
                .map(Some)
                .map_err(|_| "conversion to `i64` for number failed".to_string());
            self
        }
        pub fn size<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i64>,
        {
            self.size = value
                .try_into()
                .map(Some)
                .map_err(|_| "conversion to `i64` for size failed".to_string());
            self
        }
        ///Sends `GET /volumes`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<types::Volumes, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<types::Volumes>, crate::Error> {
            let Self { client, number, size } = self;
            client
                .typed(&crate::operations::LIST_VOLUMES)
                .query("number", number)
                .query("size", size)
                .send()
                .await
        }
    }
    /**Builder for [`Client::list_racks`]

[`Client::list_racks`]: super::Client::list_racks*/
    #[derive(Debug, Clone)]
    pub struct ListRacks {
        client: super::Client,
    }
    impl ListRacks {
        pub fn new(client: super::Client) -> Self {
            Self { client: client }
        }
        ///Sends `GET /racks`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<types::Volumes, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<types::Volumes>, crate::Error> {
            let Self { client } = self;
            client.typed(&crate::operations::LIST_RACKS).send().await
        }
    }
}
