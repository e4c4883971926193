use std::collections::BTreeSet;

use api::invoicing as proto;
use tonic::Code;

use super::support::{TENANT, World, eur, told, world};

fn list(page_size: i32, order_by: &str) -> proto::ListOpenItemsRequest {
    proto::ListOpenItemsRequest {
        tenant_id: TENANT.into(),
        page_size,
        order_by: order_by.into(),
        currency_code: "EUR".into(),
        ..Default::default()
    }
}

async fn filled() -> World {
    let mut world = world(4).await;
    for number in 0..60 {
        let due = format!("2026-05-{:02}", 1 + number % 28);
        let (customer, invoice) = (format!("C-{}", number % 9), format!("F-{number:03}"));
        world.issue(&customer, &invoice, &due, 100 + i64::from(number % 5)).await;
    }
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_hold_every_item_once_in_order_whatever_comes_meanwhile() {
    let mut world = filled().await;
    for order_by in ["", "open_amount desc, due_date", "customer_id desc", "invoice_id"] {
        let mut request = list(7, order_by);
        let mut seen = Vec::new();
        for turn in 0.. {
            let page = world.invoicing.list_open_items(request.clone()).await.unwrap().into_inner();
            assert!(page.open_items.len() <= 7);
            seen.extend(page.open_items.into_iter().map(|it| it.invoice_id));
            // Others come and go between the pages.
            let invoice = format!("G-{}{turn}", order_by.len());
            world.issue("Z-1", &invoice, "2026-05-15", 102).await;
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() {
                break;
            }
        }
        let old: Vec<_> = seen.iter().filter(|it| it.starts_with('F')).collect();
        assert_eq!(old.len(), 60, "{order_by}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "{order_by}");
        let whole = world.invoicing.list_open_items(list(1_000, order_by)).await.unwrap();
        let whole = whole.into_inner().open_items.into_iter().map(|it| it.invoice_id);
        let whole: Vec<_> = whole.filter(|it| it.starts_with('F')).collect();
        assert_eq!(old, whole.iter().collect::<Vec<_>>(), "{order_by}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn totals_are_of_all_pages() {
    let mut world = filled().await;
    let page = world.invoicing.list_open_items(list(10, "")).await.unwrap().into_inner();
    assert_eq!((page.open_items.len(), page.total_size), (10, 60));
    assert_eq!(page.total_open_amounts, [eur(60 * 100 + 12 * (1 + 2 + 3 + 4))]);
    assert_eq!(page.position.unwrap().sequences.len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_good_for_its_own_request_only() {
    let mut world = filled().await;
    let page = world.invoicing.list_open_items(list(10, "")).await.unwrap().into_inner();
    let mut other = list(10, "invoice_id");
    other.page_token = page.next_page_token.clone();
    let mut damaged = list(10, "");
    damaged.page_token = page.next_page_token.replace('0', "1");
    let mut larger = list(20, "");
    larger.page_token = page.next_page_token;
    for (request, field) in
        [(other, "page_token"), (damaged, "page_token"), (list(-1, ""), "page_size")]
    {
        let status = world.invoicing.list_open_items(request).await.unwrap_err();
        let (code, _, details) = told(&status);
        assert_eq!(code, Code::InvalidArgument);
        assert_eq!(details.bad_request().unwrap().field_violations[0].field, field);
    }
    // The size of a page may change.
    let next = world.invoicing.list_open_items(larger).await.unwrap().into_inner();
    assert_eq!(next.open_items.len(), 20);
    // Amounts of several currencies have no order.
    let mut mixed = list(10, "open_amount");
    mixed.currency_code.clear();
    assert_eq!(
        told(&world.invoicing.list_open_items(mixed).await.unwrap_err()).0,
        Code::InvalidArgument
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_are_listed_by_what_is_open() {
    let mut world = filled().await;
    let mut request = proto::ListAccountsRequest {
        tenant_id: TENANT.into(),
        page_size: 4,
        order_by: "open_amount desc".into(),
        currency_code: "EUR".into(),
        ..Default::default()
    };
    let mut amounts = Vec::new();
    let mut customers = BTreeSet::new();
    loop {
        let page = world.invoicing.list_accounts(request.clone()).await.unwrap().into_inner();
        assert_eq!(page.total_size, 9);
        for account in page.accounts {
            customers.insert(account.customer_id);
            let open = account.balances[0].open_amount.clone().unwrap();
            amounts.push((open.units, open.nanos));
        }
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    assert_eq!((amounts.len(), customers.len()), (9, 9));
    assert!(amounts.is_sorted_by(|a, b| a >= b), "{amounts:?}");
}
