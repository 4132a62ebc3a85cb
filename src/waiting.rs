//! Waits for a status by reading repeatedly, with growing pauses.

use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::{
    client::Client,
    enums::{InvoiceStatusEnum, PaymentLinkStatus, PaymentStatusEnum},
    error::Error,
    types::{InvoiceDetailed, PaymentLinkDetailed, PaymentResponse},
};

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

impl Client {
    /// Waits until a payment has one of these statuses. Include the final ones, such as `Failed`:
    /// otherwise the call waits for a failed payment until the deadline.
    ///
    /// ```no_run
    /// # async fn example(client: streampay::Client, id: uuid::Uuid) -> Result<(), streampay::Error> {
    /// use std::time::Duration;
    /// use streampay::enums::PaymentStatusEnum::{Canceled, Failed, Succeeded};
    ///
    /// let ends = [Succeeded, Failed, Canceled];
    /// let payment = client.wait_for_payment(id, &ends, Duration::from_secs(60)).await?;
    /// println!("{:?}", payment.current_status);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Client::wait_for`].
    pub async fn wait_for_payment(
        &self,
        id: Uuid,
        statuses: &[PaymentStatusEnum],
        deadline: Duration,
    ) -> Result<PaymentResponse, Error> {
        let fetch = || self.get_payment().payment_id(id).send();
        let state = |it: &PaymentResponse| it.current_status.as_ref().map(ToString::to_string);
        let done = |it: &PaymentResponse| it.current_status.iter().any(|is| statuses.contains(is));
        self.wait_for("the payment's status", deadline, fetch, state, done).await
    }

    /// Waits until an invoice has one of these statuses.
    ///
    /// # Errors
    /// As [`Client::wait_for`].
    pub async fn wait_for_invoice(
        &self,
        id: Uuid,
        statuses: &[InvoiceStatusEnum],
        deadline: Duration,
    ) -> Result<InvoiceDetailed, Error> {
        let fetch = || self.get_invoice().invoice_id(id).send();
        let state = |it: &InvoiceDetailed| it.status.as_ref().map(ToString::to_string);
        let done = |it: &InvoiceDetailed| it.status.iter().any(|is| statuses.contains(is));
        self.wait_for("the invoice's status", deadline, fetch, state, done).await
    }

    /// Waits until a payment link has one of these statuses.
    ///
    /// # Errors
    /// As [`Client::wait_for`].
    pub async fn wait_for_payment_link(
        &self,
        id: Uuid,
        statuses: &[PaymentLinkStatus],
        deadline: Duration,
    ) -> Result<PaymentLinkDetailed, Error> {
        let fetch = || self.get_payment_link().payment_link_id(id).send();
        let state = |it: &PaymentLinkDetailed| it.status.as_ref().map(ToString::to_string);
        let done = |it: &PaymentLinkDetailed| it.status.iter().any(|is| statuses.contains(is));
        self.wait_for("the payment link's status", deadline, fetch, state, done).await
    }

    /// Reads something repeatedly until `done` accepts it, with pauses from half a second to ten
    /// seconds.
    ///
    /// 404 is not an error here, since a read right after a webhook may briefly fail with it, and
    /// neither are temporary failures: 429, 5xx and broken connections. A webhook is the better way to
    /// learn of a change; this is for scripts, tests, and the page to which a payer returns.
    ///
    /// # Errors
    /// [`Error::WaitTimeout`] at the deadline, with the last `state`; any other error of `fetch` immediately.
    pub async fn wait_for<T, F: Future<Output = Result<T, Error>>>(
        &self,
        what: &'static str,
        deadline: Duration,
        fetch: impl Fn() -> F,
        state: impl Fn(&T) -> Option<String>,
        done: impl Fn(&T) -> bool,
    ) -> Result<T, Error> {
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut last = "nothing".to_owned();
        loop {
            let left = deadline.saturating_sub(start.elapsed());
            match tokio::time::timeout(left, fetch()).await {
                Ok(Ok(it)) if done(&it) => return Ok(it),
                Ok(Ok(it)) => last = state(&it).unwrap_or(last),
                Ok(Err(error)) if is_temporary(&error) => last = error.to_string(),
                Ok(Err(error)) => return Err(error),
                Err(_) => {}
            }
            let left = deadline.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(Error::WaitTimeout { what, waited: deadline, last });
            }
            let wait = pause.mul_f64(0.75 + fastrand::f64() / 2.0);
            tokio::time::sleep(wait.min(left)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// Whether a read that failed with this error may succeed later.
fn is_temporary(error: &Error) -> bool {
    matches!(error, Error::Transport { .. })
        || matches!(error.status(), Some(404 | 408 | 429 | 500..=599))
}
