//! Generates values from the description's schemas, adds unknown members, unknown enumeration values and
//! nulls, and checks that each type reads them and writes the same JSON back.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

use fastrand::Rng;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use streampay_spec::{Api, deref, is_nullable, schema_types, without_null};

/// How many values of each type are generated.
const VALUES: u64 = 150;

fn api() -> Api {
    let (description, overlay) =
        (include_str!("../spec/openapi.json"), include_str!("../spec/overlay.yaml"));
    streampay_spec::load(description, overlay).unwrap().api
}

struct Maker<'a> {
    api: &'a Api,
    rng: Rng,
    /// How many unknown members, unknown values and nulls were added.
    added: usize,
}

impl Maker<'_> {
    fn value(&mut self, schema: &Value, depth: u32) -> Value {
        if is_nullable(schema) && self.rng.u8(..4) == 0 {
            return Value::Null;
        }
        let schema = without_null(schema);
        let schema = deref(&schema, &self.api.schemas).clone();
        if is_nullable(&schema) {
            return self.value(&schema, depth);
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            if self.rng.u8(..5) == 0 {
                self.added += 1;
                return json!(format!("NEW_VALUE_{}", self.rng.u16(..)));
            }
            return self.one_of(values).clone();
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(branches) = schema.get(key).and_then(Value::as_array) {
                let branch = self.one_of(branches).clone();
                return self.value(&branch, depth);
            }
        }
        let types = schema_types(&schema);
        let kind = if types.is_empty() { "anything" } else { *self.one_of(&types) };
        match kind {
            "object" => self.object(&schema, depth),
            "array" => {
                let items = schema.get("items").cloned().unwrap_or_default();
                let most = if depth > 4 { 0 } else { 3 };
                (0..self.rng.u32(..=most)).map(|_| self.value(&items, depth + 1)).collect()
            }
            "string" => self.text(&schema).into(),
            "integer" => json!(self.rng.i64(..)),
            "number" => match self.rng.bool() {
                true => json!(self.rng.i32(..)),
                false => json!(f64::from(self.rng.i32(..)) / 1000.0),
            },
            "boolean" => json!(self.rng.bool()),
            _ => self.anything(depth),
        }
    }

    fn object(&mut self, schema: &Value, depth: u32) -> Value {
        let mut object = Map::new();
        let required: Vec<&str> = schema["required"]
            .as_array()
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let must = required.contains(&name.as_str());
            match self.rng.u8(..10) {
                0..3 if !must => {}
                // Null where the description promises none is still no reason to fail.
                3 if !must => {
                    self.added += 1;
                    object.insert(name.clone(), Value::Null);
                }
                _ => {
                    object.insert(name.clone(), self.value(property, depth + 1));
                }
            }
        }
        let known = schema.get("properties").is_some();
        let values = schema.get("additionalProperties").filter(|values| values.is_object());
        for index in 0..self.rng.u8(..3) {
            self.added += 1;
            let value = match values {
                Some(values) if !known => self.value(values, depth + 1),
                _ => self.anything(depth),
            };
            object.insert(format!("brand_new_{index}"), value);
        }
        Value::Object(object)
    }

    fn anything(&mut self, depth: u32) -> Value {
        match self.rng.u8(..if depth > 4 { 5 } else { 7 }) {
            0 => Value::Null,
            1 => json!(self.rng.bool()),
            2 => json!(self.rng.u64(..)),
            3 => json!(-0.125),
            4 => json!("دفعة \" \\ \u{0} 💳"),
            5 => json!([self.anything(depth + 1)]),
            _ => json!({"a": self.anything(depth + 1), "": {}}),
        }
    }

    fn text(&mut self, schema: &Value) -> String {
        let pattern = schema["pattern"].as_str().unwrap_or_default();
        match schema["format"].as_str() {
            Some("uuid" | "uuid4") => uuid::Uuid::from_u128(self.rng.u128(..)).to_string(),
            Some("date-time") => (*self.one_of(&[
                "2025-07-15T14:41:21.705Z",
                "2025-07-22T14:40:31.485576",
                "2025-07-22 14:40:31+03:00",
                "2025-07-22T14:40:31.100000Z",
            ]))
            .to_owned(),
            Some("date") => "2025-07-15".to_owned(),
            _ if pattern.contains("\\d") => (*self.one_of(&[
                "25.000",
                "0",
                "+5",
                ".5",
                "5.",
                "007",
                "-0.10",
                "19.99",
                "123456789012345678901234567890123456.7890",
            ]))
            .to_owned(),
            _ => (*self.one_of(&["", "x", "دفعة", "null", "a\nb", "1", "true"])).to_owned(),
        }
    }

    fn one_of<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        &values[self.rng.usize(..values.len())]
    }
}

fn check<T: Serialize + DeserializeOwned>(api: &Api, name: &str) -> usize {
    // Rust writes `HTTPValidationError` with fewer capitals.
    let known = |(known, _): &(&String, _)| known.eq_ignore_ascii_case(name);
    let schema = api.schemas.iter().find(known).unwrap().1;
    let mut added = 0;
    for seed in 0..VALUES {
        let mut maker = Maker { api, rng: Rng::with_seed(seed), added: 0 };
        let value = maker.value(schema, 0);
        let text = value.to_string();
        let typed: T = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{name}, seed {seed}: {error}\n{text}"));
        let back = serde_json::to_value(&typed).unwrap();
        assert_eq!(back, value, "{name}, seed {seed}");
        let again: Value = serde_json::from_str(&serde_json::to_string(&typed).unwrap()).unwrap();
        assert_eq!(again, value, "{name}, seed {seed}, by way of text");
        added += maker.added;
    }
    added
}

/// The checks of all types, by name.
macro_rules! types {
    ($($module:ident { $($name:ident),* $(,)? })*) => {
        [$($((stringify!($name), check::<streampay::$module::$name> as fn(&Api, &str) -> usize)),*),*]
    };
}

#[test]
fn every_type_writes_back_what_it_reads() {
    let api = api();
    let checks = types! {
        types {
            AddressCreate, AddressResponse, AutoChargeOnDemandResponse, BaseConsumerResponse, Branch,
            BranchDto, BranchItem, BranchListResponse, ConsumerCreate, ConsumerResponse,
            ConsumerResponseList, ConsumerUpdate, CouponCalculationMetadataDto, CouponCreate,
            CouponDetailed, CouponDetailedList, CouponDto, CouponMetadataDto, CouponUpdate,
            CreateBranchRequest, CreatePaymentLinkDto, CreatePaymentLinkItemDto,
            FreezeSubscriptionBase, FreezeSubscriptionBaseList, FreezeSubscriptionCreateRequest,
            FreezeSubscriptionUpdateRequest, HttpValidationError, InvoiceBase, InvoiceCreate,
            InvoiceDetailed, InvoiceInPlaceUpdate, InvoiceItemCreateDto, InvoiceItemDto,
            InvoiceListItem, InvoiceListItemList, InvoiceListSubscrptionDto, InvoicePaymentMethodDto,
            LastInvoiceActivity, MeOrganizationInfo, MeResponse, MeUserInfo, MeterUsageBulkRequest,
            MeterUsageBulkResponse, MeterUsageRecordRequest, MeterUsageRecordResponse,
            MeteredSubscriptionCreateRequest, MeteredSubscriptionResponse,
            MeteredSubscriptionResponseList, MultiplePaymentsInTransactionErrorResponse,
            NextInvoicePreview, OrganizationCurrencyConfigDto, OrganizationInviteCreate,
            OrganizationInviteResponse, Pagination, PaymentDto, PaymentLinkDetailed,
            PaymentLinkDetailedList, PaymentLinkItemDto, PaymentMarkPaidRequest,
            PaymentMarkPaidResponse, PaymentMethodDto, PaymentRefundRequest, PaymentResponse,
            PaymentResponseList, PendingPlanChange, PendingPlanChangeDiffEntry,
            PendingPlanChangeItemPreview, ProductCreate, ProductDto, ProductDtoList,
            ProductPriceCreate, ProductPriceDto, ProductPriceInlineCreate, ProductPriceInlineDto,
            ProductPriceUpdate, ProductUpdate, SharedConsumer, SharedOrganizationConsumer,
            StreamError, StreamErrorResponse, SubscriptionCancel, SubscriptionCreate,
            SubscriptionDetailed, SubscriptionDetailedList, SubscriptionItemCreateDto,
            SubscriptionItemDto, SubscriptionPaymentMethodDto, SubscriptionUpdate,
            UpdateBranchRequest, UpdatePaymentLinkCouponItemDto, UpdatePaymentLinkCouponsDto,
            UpdatePaymentLinkStatusDto, V2Consumer, V2OrganizationConsumer, ValidationError,
        }
        enums {
            ConsumerCommunicationMethod, ContactInformationType, CurrencyCode, InvoiceStatusEnum,
            InvoiceType, Language, OrganizationConsumerType, PaymentFlow, PaymentLinkStatus,
            PaymentMethod, PaymentMethodEnum, PaymentRefundReason, PaymentStatusEnum,
            PaymentTypeEnum, PendingPlanChangeDiffKind, ProductType, RecurrencePattern,
            RecurringInterval, StreamErrorCodes, SubscriptionRecurringInterval, SubscriptionStatus,
            UserRolesEnum,
        }
    };
    // A component that may be anything is a plain JSON value in Rust.
    let missing: Vec<&String> = api
        .schemas
        .keys()
        .filter(|name| *name != "JsonValue")
        .filter(|name| !checks.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)))
        .collect();
    assert!(missing.is_empty(), "types that no check names: {missing:?}");
    let added: usize = checks.iter().map(|(name, check)| check(&api, name)).sum();
    assert!(added > 10_000, "{added}");
    println!(
        "{} types, {} values, {added} unknown members, unknown values and unexpected nulls",
        checks.len(),
        checks.len() as u64 * VALUES
    );
}
