// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`Author`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Author {
        pub isbn: ::uuid::Uuid,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Author {
        pub fn builder() -> builder::Author {
            Default::default()
        }
    }
    ///`Authors`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Authors {
        pub found: ::std::vec::Vec<Author>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub place: ::std::option::Option<Place>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Authors {
        pub fn builder() -> builder::Authors {
            Default::default()
        }
    }
    ///`Book`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Book {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub isbn: crate::Field<::uuid::Uuid>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Book {
        pub fn builder() -> builder::Book {
            Default::default()
        }
    }
    ///`Books`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Books {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub found: crate::Field<::std::vec::Vec<Book>>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub place: crate::Field<Place>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Books {
        pub fn builder() -> builder::Books {
            Default::default()
        }
    }
    ///`Place`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Place {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub last: crate::Field<bool>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Place {
        pub fn builder() -> builder::Place {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct Author {
            isbn: ::std::result::Result<::uuid::Uuid, ::std::string::String>,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Author {
            fn default() -> Self {
                Self {
                    isbn: Err("no value supplied for isbn".to_string()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Author {
            pub fn isbn<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::uuid::Uuid>,
                T::Error: ::std::fmt::Display,
            {
                self.isbn = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for isbn: {e}")
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
            pub fn build(self) -> ::std::result::Result<super::Author, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Author> for super::Author {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Author,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.isbn {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    isbn: value.isbn?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Author> for Author {
            fn from(value: super::Author) -> Self {
                Self {
                    isbn: Ok(value.isbn),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Authors {
            found: ::std::result::Result<
                ::std::vec::Vec<super::Author>,
                ::std::string::String,
            >,
            place: ::std::result::Result<
                ::std::option::Option<super::Place>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Authors {
            fn default() -> Self {
                Self {
                    found: Err("no value supplied for found".to_string()),
                    place: Err("no value supplied for place".to_string()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Authors {
            pub fn found<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Author>>,
                T::Error: ::std::fmt::Display,
            {
                self.found = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for found: {e}")
                    });
                self
            }
            pub fn place<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<super::Place>>,
                T::Error: ::std::fmt::Display,
            {
                self.place = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for place: {e}")
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
            pub fn build(self) -> ::std::result::Result<super::Authors, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Authors> for super::Authors {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Authors,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.found {
                    faults.push(fault);
                }
                if let Err(fault) = &value.place {
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
                    place: value.place?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Authors> for Authors {
            fn from(value: super::Authors) -> Self {
                Self {
                    found: Ok(value.found),
                    place: Ok(value.place),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Book {
            isbn: ::std::result::Result<
                crate::Field<::uuid::Uuid>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Book {
            fn default() -> Self {
                Self {
                    isbn: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Book {
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
            pub fn build(self) -> ::std::result::Result<super::Book, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Book> for super::Book {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Book,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.isbn {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    isbn: value.isbn?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Book> for Book {
            fn from(value: super::Book) -> Self {
                Self {
                    isbn: Ok(value.isbn),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Books {
            found: ::std::result::Result<
                crate::Field<::std::vec::Vec<super::Book>>,
                ::std::string::String,
            >,
            place: ::std::result::Result<
                crate::Field<super::Place>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Books {
            fn default() -> Self {
                Self {
                    found: Ok(Default::default()),
                    place: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Books {
            pub fn found<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::vec::Vec<super::Book>>>,
                T::Error: ::std::fmt::Display,
            {
                self.found = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for found: {e}")
                    });
                self
            }
            pub fn place<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<super::Place>>,
                T::Error: ::std::fmt::Display,
            {
                self.place = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for place: {e}")
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
            pub fn build(self) -> ::std::result::Result<super::Books, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Books> for super::Books {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Books,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.found {
                    faults.push(fault);
                }
                if let Err(fault) = &value.place {
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
                    place: value.place?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Books> for Books {
            fn from(value: super::Books) -> Self {
                Self {
                    found: Ok(value.found),
                    place: Ok(value.place),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Place {
            last: ::std::result::Result<crate::Field<bool>, ::std::string::String>,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Place {
            fn default() -> Self {
                Self {
                    last: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Place {
            pub fn last<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<bool>>,
                T::Error: ::std::fmt::Display,
            {
                self.last = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for last: {e}")
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
            pub fn build(self) -> ::std::result::Result<super::Place, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Place> for super::Place {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Place,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.last {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    last: value.last?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Place> for Place {
            fn from(value: super::Place) -> Self {
                Self {
                    last: Ok(value.last),
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
    /**list books

Sends a `GET` request to `/books`

Arguments:
- `number`:
- `size`:
- `library`:
```text
let response = client.list_books()
    .number(number)
    .size(size)
    .library(library)
    .send()
    .await;
```*/
    pub fn list_books(&self) -> builder::ListBooks {
        builder::ListBooks::new(self.clone())
    }
    /**list authors

Sends a `GET` request to `/authors`

Arguments:
- `number`:
- `size`:
```text
let response = client.list_authors()
    .number(number)
    .size(size)
    .send()
    .await;
```*/
    pub fn list_authors(&self) -> builder::ListAuthors {
        builder::ListAuthors::new(self.clone())
    }
    /**list shelves

Sends a `GET` request to `/shelves`

Arguments:
- `number`:
```text
let response = client.list_shelves()
    .number(number)
    .send()
    .await;
```*/
    pub fn list_shelves(&self) -> builder::ListShelves {
        builder::ListShelves::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::list_books`]

[`Client::list_books`]: super::Client::list_books*/
    #[derive(Debug, Clone)]
    pub struct ListBooks {
        client: super::Client,
        number: Result<Option<i64>, String>,
        size: Result<Option<i64>, String>,
        library: Result<Option<::std::string::String>, String>,
    }
    impl ListBooks {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                number: Ok(None),
                size: Ok(None),
                library: Ok(None),
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
        pub fn library<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.library = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for library failed"
                        .to_string()
                });
            self
        }
        ///Sends `GET /books`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<types::Books, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<types::Books>, crate::Error> {
            let Self { client, number, size, library } = self;
            client
                .typed(&crate::operations::LIST_BOOKS)
                .query("number", number)
                .query("size", size)
                .header("x-library-id", library)
                .send()
                .await
        }
        ///Every item of the list, page after page: [`crate::paging`]. `/books`
        pub fn items(self) -> crate::paging::Items<Self> {
            crate::paging::Items::new(self)
        }
        /// The pages of the list, one after the other: [`crate::paging`].
        pub fn pages(self) -> crate::paging::Pages<Self> {
            crate::paging::Pages::new(self)
        }
    }
    /**Builder for [`Client::list_authors`]

[`Client::list_authors`]: super::Client::list_authors*/
    #[derive(Debug, Clone)]
    pub struct ListAuthors {
        client: super::Client,
        number: Result<Option<i64>, String>,
        size: Result<Option<i64>, String>,
    }
    impl ListAuthors {
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
        ///Sends `GET /authors`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<types::Authors, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<types::Authors>, crate::Error> {
            let Self { client, number, size } = self;
            client
                .typed(&crate::operations::LIST_AUTHORS)
                .query("number", number)
                .query("size", size)
                .send()
                .await
        }
        ///Every item of the list, page after page: [`crate::paging`]. `/authors`
        pub fn items(self) -> crate::paging::Items<Self> {
            crate::paging::Items::new(self)
        }
        /// The pages of the list, one after the other: [`crate::paging`].
        pub fn pages(self) -> crate::paging::Pages<Self> {
            crate::paging::Pages::new(self)
        }
    }
    /**Builder for [`Client::list_shelves`]

[`Client::list_shelves`]: super::Client::list_shelves*/
    #[derive(Debug, Clone)]
    pub struct ListShelves {
        client: super::Client,
        number: Result<Option<i64>, String>,
    }
    impl ListShelves {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                number: Ok(None),
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
        ///Sends `GET /shelves`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<types::Books, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<types::Books>, crate::Error> {
            let Self { client, number } = self;
            client
                .typed(&crate::operations::LIST_SHELVES)
                .query("number", number)
                .send()
                .await
        }
    }
    impl crate::paging::Listing for ListBooks {
        type Item = types::Book;
        fn start(&self) -> i64 {
            self.number.as_ref().ok().copied().flatten().unwrap_or(1)
        }
        async fn fetch(
            mut self,
            page: i64,
        ) -> Result<crate::paging::Page<Self::Item>, crate::Error> {
            self.number = Ok(Some(page));
            let list = self.send().await?;
            Ok(
                crate::paging::Page::new(
                    page,
                    list.found.into_option(),
                    list.place.into_option(),
                ),
            )
        }
        fn id(item: &Self::Item) -> Option<::uuid::Uuid> {
            *item.isbn
        }
    }
    impl crate::paging::Listing for ListAuthors {
        type Item = types::Author;
        fn start(&self) -> i64 {
            self.number.as_ref().ok().copied().flatten().unwrap_or(1)
        }
        async fn fetch(
            mut self,
            page: i64,
        ) -> Result<crate::paging::Page<Self::Item>, crate::Error> {
            self.number = Ok(Some(page));
            let list = self.send().await?;
            Ok(crate::paging::Page::new(page, Some(list.found), list.place))
        }
        fn id(item: &Self::Item) -> Option<::uuid::Uuid> {
            Some(item.isbn)
        }
    }
}
