//! Reading a whole journal back, as a start without a snapshot does.

use events::{Context, Decision, Draft, invoicing as said, invoicing::Event};
use host::Options;
use indicatif::ProgressBar;
use invoicing::Policy;
use journal::{Head, Journal};
use services::Start as _;
use tokio::time::Instant;

use super::{
    Arena, Figures, Trouble, customer, day,
    figures::{rate, say, thousands},
    invoice, stands,
};

/// Customers in the portfolio.
const CUSTOMERS: u64 = 100_000;

pub(super) async fn run(arena: &Arena, events: u64) -> Result<(), Trouble> {
    let journal = arena.journal("replay").await?;
    write(&journal, events, true).await?;
    let last = journal.last().await?;
    let mut rates = Vec::new();
    for _ in 0..3 {
        let start = Instant::now();
        let host = Policy::default().start(journal.clone(), Options::default());
        host.ready().await?;
        rates.push(rate(events, start.elapsed()));
        if host.position() < last {
            return Err("the service answers before it has read everything".into());
        }
        host.drain().await;
    }
    say(&format!("{} events in {last} entries", thousands(events)));
    Figures::new("rebuild: events read, decoded and folded", rates, Vec::new()).print();
    Ok(())
}

/// Writes invoices, and, if they are to be paid, a payment and its allocation each: three events.
pub(super) async fn write(journal: &Journal, events: u64, paid: bool) -> Result<(), Trouble> {
    let bar = ProgressBar::new(events);
    let (mut after, mut draft, mut n) = (Head::NONE, Draft::new(), 0);
    let mut written = 0;
    while written < events {
        let whose = n % CUSTOMERS;
        let invoice = invoice(whose, n)?;
        let mut all = Vec::with_capacity(3);
        if paid {
            let payment = format!("P{whose}-{n}").parse::<events::PaymentId>()?;
            let source = said::Source::Payment(payment.clone());
            let (amount, id) = (invoice.gross, invoice.invoice.clone());
            all.push(Event::InvoiceIssued(Box::new(invoice)));
            all.push(Event::PaymentReceived(Box::new(said::Payment {
                payment,
                amount,
                value_date: day(n % 700 + 35)?,
                method: said::PaymentMethod::Transfer,
                designation: Vec::new(),
                references: Vec::new(),
                deposit: None,
            })));
            let rule = said::Rule::ExactAmount;
            all.push(Event::Allocated { source, invoice: id, amount, rule });
        } else {
            all.push(Event::InvoiceIssued(Box::new(invoice)));
        }
        written += u64::try_from(all.len())?;
        n += 1;
        let customer = Some(customer(whose)?);
        draft.push(&Decision { customer, cause: None, actor: None, events: all })?;
        if draft.is_full() || written >= events {
            let body = std::mem::take(&mut draft).seal(after.hash);
            after = stands(&journal.append(Context::Invoicing, after, body.into()).await)?;
            bar.set_position(written);
        }
    }
    bar.finish_and_clear();
    Ok(())
}
