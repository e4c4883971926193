//! How a collector has done, as a paper.

use api::collection::{
    CollectionYield, CollectorResult, GetCollectorPerformanceRequest,
    collection_service_client::CollectionServiceClient,
};
use tonic::transport::Channel;

use crate::{
    Trouble,
    answers::{amount, of_when},
    asked::Asked,
    paper::{Cell, Paper, Sheet, Tone},
};

/// How a collector has done, over the placements of all customers.
pub(crate) async fn performance(
    asked: &Asked,
    channel: Channel,
    collector: &str,
) -> Result<Paper, Trouble> {
    let mut client = CollectionServiceClient::new(channel);
    let request = GetCollectorPerformanceRequest {
        tenant_id: asked.tenant()?,
        collector: collector.to_owned(),
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
    };
    let told = client.get_collector_performance(request).await?.into_inner();
    let mut paper = Paper::new(format!("What {collector} did"));
    of_when(&mut paper, told.effective_date.as_ref(), told.position.as_ref());
    let counts = [
        ("placements", told.placements),
        ("open", told.open),
        ("refused", told.refused),
        ("recalled", told.recalled),
        ("remittances", told.remittances),
        ("late_remittances", told.late_remittances),
    ];
    for (name, count) in counts {
        paper.fact(name, Cell::Number(count.to_string()));
    }
    for (name, days) in [("days_to_money", told.days_to_money), ("days_to_end", told.days_to_end)] {
        paper.fact(name, days.map_or(Cell::Nothing, |it| Cell::Number(it.to_string())));
    }
    paper.sheet(results(&told.results));
    paper.sheet(bands(&told.results));
    Ok(paper)
}

fn results(all: &[CollectorResult]) -> Sheet {
    let columns =
        ["placements", "placed", "collected", "rate", "fees", "fees_by_scale", "fee_share"];
    let mut sheet = Sheet::new("results", "By currency", &columns);
    for it in all {
        let share = it.fee_share.as_ref().map(|it| Cell::Number(it.value.clone()));
        let fees = [
            amount(it.fee_amount.as_ref()),
            amount(it.scale_fee_amount.as_ref()),
            share.unwrap_or(Cell::Nothing),
        ];
        sheet.row(Tone::Plain, came_of(it.r#yield.as_ref()).into_iter().chain(fees));
    }
    sheet
}

fn bands(all: &[CollectorResult]) -> Sheet {
    let columns = ["days_late", "size", "placements", "placed", "collected", "rate"];
    let mut sheet = Sheet::new("bands", "By age and size when placed", &columns);
    for it in all.iter().flat_map(|it| &it.bands) {
        let most = |most: Option<u32>, last: &str| {
            most.map_or_else(|| format!("over {last}"), |it| format!("up to {it}"))
        };
        let band = [most(it.days_max, "365").into(), most(it.amount_max, "25000").into()];
        let cells = band.into_iter().chain(came_of(it.r#yield.as_ref()));
        sheet.row(Tone::Plain, cells);
    }
    sheet
}

fn came_of(it: Option<&CollectionYield>) -> [Cell; 4] {
    let rate = it.and_then(|it| it.recovery_rate.as_ref());
    [
        Cell::Number(it.map_or(0, |it| it.placements).to_string()),
        amount(it.and_then(|it| it.placed_amount.as_ref())),
        amount(it.and_then(|it| it.collected_amount.as_ref())),
        rate.map_or(Cell::Nothing, |it| Cell::Number(it.value.clone())),
    ]
}
