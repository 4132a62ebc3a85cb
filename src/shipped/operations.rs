// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "feb78bef60f26f20ef24d1464ace51f55d2f0e9152457b1444f036a258ef4c0b";
/// The server that the description names.
pub const SERVER: &str = "https://stream-app-service.streampay.sa";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[
    &GET_ACCOUNT,
    &INVITE_USER,
    &LIST_BRANCHES,
    &CREATE_BRANCH,
    &GET_BRANCH,
    &UPDATE_BRANCH,
    &DELETE_BRANCH,
    &LIST_CUSTOMERS,
    &CREATE_CUSTOMER,
    &GET_CUSTOMER,
    &UPDATE_CUSTOMER,
    &DELETE_CUSTOMER,
    &LIST_PRODUCTS,
    &CREATE_PRODUCT,
    &GET_PRODUCT,
    &UPDATE_PRODUCT,
    &DELETE_PRODUCT,
    &ADD_PRODUCT_PRICE,
    &UPDATE_PRODUCT_PRICE,
    &DELETE_PRODUCT_PRICE,
    &LIST_COUPONS,
    &CREATE_COUPON,
    &GET_COUPON,
    &UPDATE_COUPON,
    &DELETE_COUPON,
    &LIST_PAYMENT_LINKS,
    &CREATE_PAYMENT_LINK,
    &GET_PAYMENT_LINK,
    &UPDATE_PAYMENT_LINK_COUPONS,
    &UPDATE_PAYMENT_LINK_STATUS,
    &LIST_INVOICES,
    &CREATE_INVOICE,
    &GET_INVOICE,
    &UPDATE_INVOICE,
    &LIST_PAYMENTS,
    &CHARGE_PAYMENT_ON_DEMAND,
    &GET_PAYMENT,
    &MARK_PAYMENT_AS_PAID,
    &REFUND_PAYMENT,
    &LIST_SUBSCRIPTIONS,
    &CREATE_SUBSCRIPTION,
    &GET_SUBSCRIPTION,
    &UPDATE_SUBSCRIPTION,
    &CANCEL_SUBSCRIPTION,
    &LIST_SUBSCRIPTION_FREEZES,
    &FREEZE_SUBSCRIPTION,
    &UPDATE_SUBSCRIPTION_FREEZE,
    &DELETE_SUBSCRIPTION_FREEZE,
    &CANCEL_SUBSCRIPTION_CHANGE,
    &UNCANCEL_SUBSCRIPTION,
    &RECORD_USAGE,
    &LIST_METERED_SUBSCRIPTIONS,
    &CREATE_METERED_SUBSCRIPTION,
    &DEACTIVATE_METERED_SUBSCRIPTION,
    &SEND_INVOICE,
    &VOID_INVOICE,
];
///Show the caller and its organization: `GET /api/v2/me`.
pub static GET_ACCOUNT: Operation = Operation {
    name: "get_account",
    method: Method::GET,
    path: "/api/v2/me",
    parameters: &[
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Invite a user by e-mail: `POST /api/v2/organization/invite`.
pub static INVITE_USER: Operation = Operation {
    name: "invite_user",
    method: Method::POST,
    path: "/api/v2/organization/invite",
    parameters: &[
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///List branches: `GET /api/v2/branch`.
pub static LIST_BRANCHES: Operation = Operation {
    name: "list_branches",
    method: Method::GET,
    path: "/api/v2/branch",
    parameters: &[
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Create a branch: `POST /api/v2/branch`.
pub static CREATE_BRANCH: Operation = Operation {
    name: "create_branch",
    method: Method::POST,
    path: "/api/v2/branch",
    parameters: &[
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///Get a branch: `GET /api/v2/branch/{branch_id}`.
pub static GET_BRANCH: Operation = Operation {
    name: "get_branch",
    method: Method::GET,
    path: "/api/v2/branch/{branch_id}",
    parameters: &[
        Parameter {
            name: "branch_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Rename a branch: `PUT /api/v2/branch/{branch_id}`.
pub static UPDATE_BRANCH: Operation = Operation {
    name: "update_branch",
    method: Method::PUT,
    path: "/api/v2/branch/{branch_id}",
    parameters: &[
        Parameter {
            name: "branch_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: true,
};
///Delete a branch: `DELETE /api/v2/branch/{branch_id}`.
pub static DELETE_BRANCH: Operation = Operation {
    name: "delete_branch",
    method: Method::DELETE,
    path: "/api/v2/branch/{branch_id}",
    parameters: &[
        Parameter {
            name: "branch_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: false,
};
///List customers: `GET /api/v2/consumers`.
pub static LIST_CUSTOMERS: Operation = Operation {
    name: "list_customers",
    method: Method::GET,
    path: "/api/v2/consumers",
    parameters: &[
        Parameter {
            name: "page",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "limit",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "search_term",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_field",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_direction",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Create a customer: `POST /api/v2/consumers`.
pub static CREATE_CUSTOMER: Operation = Operation {
    name: "create_customer",
    method: Method::POST,
    path: "/api/v2/consumers",
    parameters: &[
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///Get a customer: `GET /api/v2/consumers/{consumer_id}`.
pub static GET_CUSTOMER: Operation = Operation {
    name: "get_customer",
    method: Method::GET,
    path: "/api/v2/consumers/{consumer_id}",
    parameters: &[
        Parameter {
            name: "consumer_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Update a customer: `PUT /api/v2/consumers/{consumer_id}`.
pub static UPDATE_CUSTOMER: Operation = Operation {
    name: "update_customer",
    method: Method::PUT,
    path: "/api/v2/consumers/{consumer_id}",
    parameters: &[
        Parameter {
            name: "consumer_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: true,
};
///Delete a customer: `DELETE /api/v2/consumers/{consumer_id}`.
pub static DELETE_CUSTOMER: Operation = Operation {
    name: "delete_customer",
    method: Method::DELETE,
    path: "/api/v2/consumers/{consumer_id}",
    parameters: &[
        Parameter {
            name: "consumer_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: false,
};
///List products: `GET /api/v2/products`.
pub static LIST_PRODUCTS: Operation = Operation {
    name: "list_products",
    method: Method::GET,
    path: "/api/v2/products",
    parameters: &[
        Parameter {
            name: "page",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "limit",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "search_term",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "active",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "type",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "currency",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_field",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_direction",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Create a product: `POST /api/v2/products`.
pub static CREATE_PRODUCT: Operation = Operation {
    name: "create_product",
    method: Method::POST,
    path: "/api/v2/products",
    parameters: &[
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///Get a product: `GET /api/v2/products/{product_id}`.
pub static GET_PRODUCT: Operation = Operation {
    name: "get_product",
    method: Method::GET,
    path: "/api/v2/products/{product_id}",
    parameters: &[
        Parameter {
            name: "product_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Update a product: `PUT /api/v2/products/{product_id}`.
pub static UPDATE_PRODUCT: Operation = Operation {
    name: "update_product",
    method: Method::PUT,
    path: "/api/v2/products/{product_id}",
    parameters: &[
        Parameter {
            name: "product_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: true,
};
///Delete a product: `DELETE /api/v2/products/{product_id}`.
pub static DELETE_PRODUCT: Operation = Operation {
    name: "delete_product",
    method: Method::DELETE,
    path: "/api/v2/products/{product_id}",
    parameters: &[
        Parameter {
            name: "product_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: false,
};
///Add a price to a product: `POST /api/v2/products/{product_id}/prices`.
pub static ADD_PRODUCT_PRICE: Operation = Operation {
    name: "add_product_price",
    method: Method::POST,
    path: "/api/v2/products/{product_id}/prices",
    parameters: &[
        Parameter {
            name: "product_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///Replace a price of a product: `PUT /api/v2/products/{product_id}/prices/{price_id}`.
pub static UPDATE_PRODUCT_PRICE: Operation = Operation {
    name: "update_product_price",
    method: Method::PUT,
    path: "/api/v2/products/{product_id}/prices/{price_id}",
    parameters: &[
        Parameter {
            name: "product_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "price_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///Archive a price of a product: `DELETE /api/v2/products/{product_id}/prices/{price_id}`.
pub static DELETE_PRODUCT_PRICE: Operation = Operation {
    name: "delete_product_price",
    method: Method::DELETE,
    path: "/api/v2/products/{product_id}/prices/{price_id}",
    parameters: &[
        Parameter {
            name: "product_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "price_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: false,
};
///List coupons: `GET /api/v2/coupons`.
pub static LIST_COUPONS: Operation = Operation {
    name: "list_coupons",
    method: Method::GET,
    path: "/api/v2/coupons",
    parameters: &[
        Parameter {
            name: "page",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "limit",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "search_term",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "active",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "is_percentage",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_field",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_direction",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Create a coupon: `POST /api/v2/coupons`.
pub static CREATE_COUPON: Operation = Operation {
    name: "create_coupon",
    method: Method::POST,
    path: "/api/v2/coupons",
    parameters: &[
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///Get a coupon: `GET /api/v2/coupons/{coupon_id}`.
pub static GET_COUPON: Operation = Operation {
    name: "get_coupon",
    method: Method::GET,
    path: "/api/v2/coupons/{coupon_id}",
    parameters: &[
        Parameter {
            name: "coupon_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Update a coupon: `PUT /api/v2/coupons/{coupon_id}`.
pub static UPDATE_COUPON: Operation = Operation {
    name: "update_coupon",
    method: Method::PUT,
    path: "/api/v2/coupons/{coupon_id}",
    parameters: &[
        Parameter {
            name: "coupon_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: true,
};
///Delete a coupon: `DELETE /api/v2/coupons/{coupon_id}`.
pub static DELETE_COUPON: Operation = Operation {
    name: "delete_coupon",
    method: Method::DELETE,
    path: "/api/v2/coupons/{coupon_id}",
    parameters: &[
        Parameter {
            name: "coupon_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: false,
};
///List payment links: `GET /api/v2/payment_links`.
pub static LIST_PAYMENT_LINKS: Operation = Operation {
    name: "list_payment_links",
    method: Method::GET,
    path: "/api/v2/payment_links",
    parameters: &[
        Parameter {
            name: "statuses",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "from_date",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "to_date",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "from_price",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "to_price",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "product_ids",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "currencies",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "page",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "limit",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_field",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_direction",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Create a payment link: `POST /api/v2/payment_links`.
pub static CREATE_PAYMENT_LINK: Operation = Operation {
    name: "create_payment_link",
    method: Method::POST,
    path: "/api/v2/payment_links",
    parameters: &[
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///Get a payment link: `GET /api/v2/payment_links/{payment_link_id}`.
pub static GET_PAYMENT_LINK: Operation = Operation {
    name: "get_payment_link",
    method: Method::GET,
    path: "/api/v2/payment_links/{payment_link_id}",
    parameters: &[
        Parameter {
            name: "payment_link_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Replace the coupons of a payment link: `PATCH /api/v2/payment_links/{payment_link_id}/coupons`.
pub static UPDATE_PAYMENT_LINK_COUPONS: Operation = Operation {
    name: "update_payment_link_coupons",
    method: Method::PATCH,
    path: "/api/v2/payment_links/{payment_link_id}/coupons",
    parameters: &[
        Parameter {
            name: "payment_link_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: true,
};
///Activate or deactivate a payment link: `PATCH /api/v2/payment_links/{payment_link_id}/status`.
pub static UPDATE_PAYMENT_LINK_STATUS: Operation = Operation {
    name: "update_payment_link_status",
    method: Method::PATCH,
    path: "/api/v2/payment_links/{payment_link_id}/status",
    parameters: &[
        Parameter {
            name: "payment_link_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: true,
};
///List invoices: `GET /api/v2/invoices`.
pub static LIST_INVOICES: Operation = Operation {
    name: "list_invoices",
    method: Method::GET,
    path: "/api/v2/invoices",
    parameters: &[
        Parameter {
            name: "include_payments",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "payment_link_id",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "statuses",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "payment_statuses",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "search_term",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "from_date",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "to_date",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "due_date_from",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "due_date_to",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "from_price",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "to_price",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "organization_consumer_id",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "subscription_id",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "currencies",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "payments_not_settled",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "page",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "limit",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_field",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_direction",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Create an invoice: `POST /api/v2/invoices`.
pub static CREATE_INVOICE: Operation = Operation {
    name: "create_invoice",
    method: Method::POST,
    path: "/api/v2/invoices",
    parameters: &[
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///Get an invoice: `GET /api/v2/invoices/{invoice_id}`.
pub static GET_INVOICE: Operation = Operation {
    name: "get_invoice",
    method: Method::GET,
    path: "/api/v2/invoices/{invoice_id}",
    parameters: &[
        Parameter {
            name: "invoice_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Change the due date or description of an invoice: `PATCH /api/v2/invoices/{invoice_id}/inplace`.
pub static UPDATE_INVOICE: Operation = Operation {
    name: "update_invoice",
    method: Method::PATCH,
    path: "/api/v2/invoices/{invoice_id}/inplace",
    parameters: &[
        Parameter {
            name: "invoice_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///List payments: `GET /api/v2/payments`.
pub static LIST_PAYMENTS: Operation = Operation {
    name: "list_payments",
    method: Method::GET,
    path: "/api/v2/payments",
    parameters: &[
        Parameter {
            name: "invoice_id",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "statuses",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "search_term",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "from_date",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "to_date",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "page",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "limit",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_field",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_direction",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Charge the stored card of the customer: `POST /api/v2/payments/auto-charge-on-demand/{payment_id}`.
pub static CHARGE_PAYMENT_ON_DEMAND: Operation = Operation {
    name: "charge_payment_on_demand",
    method: Method::POST,
    path: "/api/v2/payments/auto-charge-on-demand/{payment_id}",
    parameters: &[
        Parameter {
            name: "payment_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: false,
};
///Get a payment: `GET /api/v2/payments/{payment_id}`.
pub static GET_PAYMENT: Operation = Operation {
    name: "get_payment",
    method: Method::GET,
    path: "/api/v2/payments/{payment_id}",
    parameters: &[
        Parameter {
            name: "payment_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Record a payment as paid by hand: `POST /api/v2/payments/{payment_id}/mark-paid`.
pub static MARK_PAYMENT_AS_PAID: Operation = Operation {
    name: "mark_payment_as_paid",
    method: Method::POST,
    path: "/api/v2/payments/{payment_id}/mark-paid",
    parameters: &[
        Parameter {
            name: "payment_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///Refund a payment in full: `POST /api/v2/payments/{payment_id}/refund`.
pub static REFUND_PAYMENT: Operation = Operation {
    name: "refund_payment",
    method: Method::POST,
    path: "/api/v2/payments/{payment_id}/refund",
    parameters: &[
        Parameter {
            name: "payment_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///List subscriptions: `GET /api/v2/subscriptions`.
pub static LIST_SUBSCRIPTIONS: Operation = Operation {
    name: "list_subscriptions",
    method: Method::GET,
    path: "/api/v2/subscriptions",
    parameters: &[
        Parameter {
            name: "statuses",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "latest_invoice_is_paid",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "from_date",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "to_date",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "current_period_start_from_date",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "current_period_start_to_date",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "current_period_end_from_date",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "current_period_end_to_date",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "from_price",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "to_price",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "organization_consumer_id",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "search_term",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "product_ids",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "currencies",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "page",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "limit",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_field",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_direction",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Create a subscription: `POST /api/v2/subscriptions`.
pub static CREATE_SUBSCRIPTION: Operation = Operation {
    name: "create_subscription",
    method: Method::POST,
    path: "/api/v2/subscriptions",
    parameters: &[
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///Get a subscription: `GET /api/v2/subscriptions/{subscription_id}`.
pub static GET_SUBSCRIPTION: Operation = Operation {
    name: "get_subscription",
    method: Method::GET,
    path: "/api/v2/subscriptions/{subscription_id}",
    parameters: &[
        Parameter {
            name: "subscription_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Update a subscription: `PUT /api/v2/subscriptions/{subscription_id}`.
pub static UPDATE_SUBSCRIPTION: Operation = Operation {
    name: "update_subscription",
    method: Method::PUT,
    path: "/api/v2/subscriptions/{subscription_id}",
    parameters: &[
        Parameter {
            name: "subscription_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///Cancel a subscription: `POST /api/v2/subscriptions/{subscription_id}/cancel`.
pub static CANCEL_SUBSCRIPTION: Operation = Operation {
    name: "cancel_subscription",
    method: Method::POST,
    path: "/api/v2/subscriptions/{subscription_id}/cancel",
    parameters: &[
        Parameter {
            name: "subscription_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///List the freezes of a subscription: `GET /api/v2/subscriptions/{subscription_id}/freeze`.
pub static LIST_SUBSCRIPTION_FREEZES: Operation = Operation {
    name: "list_subscription_freezes",
    method: Method::GET,
    path: "/api/v2/subscriptions/{subscription_id}/freeze",
    parameters: &[
        Parameter {
            name: "subscription_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "page",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "limit",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_field",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sort_direction",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Freeze a subscription: `POST /api/v2/subscriptions/{subscription_id}/freeze`.
pub static FREEZE_SUBSCRIPTION: Operation = Operation {
    name: "freeze_subscription",
    method: Method::POST,
    path: "/api/v2/subscriptions/{subscription_id}/freeze",
    parameters: &[
        Parameter {
            name: "subscription_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///Change a freeze: `PUT /api/v2/subscriptions/{subscription_id}/freeze/{freeze_id}`.
pub static UPDATE_SUBSCRIPTION_FREEZE: Operation = Operation {
    name: "update_subscription_freeze",
    method: Method::PUT,
    path: "/api/v2/subscriptions/{subscription_id}/freeze/{freeze_id}",
    parameters: &[
        Parameter {
            name: "subscription_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "freeze_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: true,
};
///Delete a freeze: `DELETE /api/v2/subscriptions/{subscription_id}/freeze/{freeze_id}`.
pub static DELETE_SUBSCRIPTION_FREEZE: Operation = Operation {
    name: "delete_subscription_freeze",
    method: Method::DELETE,
    path: "/api/v2/subscriptions/{subscription_id}/freeze/{freeze_id}",
    parameters: &[
        Parameter {
            name: "subscription_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "freeze_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: false,
};
///Withdraw a scheduled plan change: `DELETE /api/v2/subscriptions/{subscription_id}/pending-change`.
pub static CANCEL_SUBSCRIPTION_CHANGE: Operation = Operation {
    name: "cancel_subscription_change",
    method: Method::DELETE,
    path: "/api/v2/subscriptions/{subscription_id}/pending-change",
    parameters: &[
        Parameter {
            name: "subscription_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: false,
};
///Withdraw a scheduled cancellation: `PUT /api/v2/subscriptions/{subscription_id}/uncancel`.
pub static UNCANCEL_SUBSCRIPTION: Operation = Operation {
    name: "uncancel_subscription",
    method: Method::PUT,
    path: "/api/v2/subscriptions/{subscription_id}/uncancel",
    parameters: &[
        Parameter {
            name: "subscription_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: false,
};
///Record metered usage: `POST /api/v2/metered/meter`.
pub static RECORD_USAGE: Operation = Operation {
    name: "record_usage",
    method: Method::POST,
    path: "/api/v2/metered/meter",
    parameters: &[
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///List metered subscriptions: `GET /api/v2/metered/metered-subscriptions`.
pub static LIST_METERED_SUBSCRIPTIONS: Operation = Operation {
    name: "list_metered_subscriptions",
    method: Method::GET,
    path: "/api/v2/metered/metered-subscriptions",
    parameters: &[
        Parameter {
            name: "page",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "limit",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///Create a metered subscription: `POST /api/v2/metered/metered-subscriptions`.
pub static CREATE_METERED_SUBSCRIPTION: Operation = Operation {
    name: "create_metered_subscription",
    method: Method::POST,
    path: "/api/v2/metered/metered-subscriptions",
    parameters: &[
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
///End a metered subscription: `DELETE /api/v2/metered/metered-subscriptions/{subscription_id}`.
pub static DEACTIVATE_METERED_SUBSCRIPTION: Operation = Operation {
    name: "deactivate_metered_subscription",
    method: Method::DELETE,
    path: "/api/v2/metered/metered-subscriptions/{subscription_id}",
    parameters: &[
        Parameter {
            name: "subscription_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: false,
};
///Send Invoice: `POST /api/v2/invoices/{invoice_id}/send`.
pub static SEND_INVOICE: Operation = Operation {
    name: "send_invoice",
    method: Method::POST,
    path: "/api/v2/invoices/{invoice_id}/send",
    parameters: &[
        Parameter {
            name: "invoice_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: false,
};
///Void Invoice: `POST /api/v2/invoices/{invoice_id}/void`.
pub static VOID_INVOICE: Operation = Operation {
    name: "void_invoice",
    method: Method::POST,
    path: "/api/v2/invoices/{invoice_id}/void",
    parameters: &[
        Parameter {
            name: "invoice_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "x-branch-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: true,
        },
    ],
    body: Body::None,
    retry_safe: false,
};
