use chrono::NaiveDate;

/// Something a document says, ready to be said to a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// The row it comes from, as a spreadsheet numbers it: the header is row 1.
    pub row: u64,
    /// Which command, such as `dev.vigie.invoice.issued.v1`.
    pub ce_type: &'a str,
    /// The business day the fact belongs to: a history is replayed in the order of these days,
    /// and within a day in the order of the messages.
    pub date: NaiveDate,
    /// The customer it is about; also in `data`.
    pub customer: &'a str,
    /// JSON in the outward form of the command.
    pub data: &'a [u8],
}
