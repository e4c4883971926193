//! The page that whoever opens a bundle reads first.

use crate::{Key, Manifest};

pub(crate) const README: &str = "README.txt";

/// It says what this is, what each file proves and what it does not, and how to check it by hand.
pub(crate) fn text(manifest: &Manifest) -> String {
    let Manifest { purpose, tenant, customer, effective_on, partition, .. } = manifest;
    let contexts: Vec<_> = manifest.entries.keys().map(|it| it.name()).collect();
    let contexts = contexts.join(", ");
    let vouched = match &manifest.key {
        Some(Key { fingerprint, .. }) => format!(
            "Signed with the Ed25519 key whose fingerprint is\n  {fingerprint}\nCompare it with the \
             one that the tenant gave you by another way."
        ),
        None => {
            "NOT SIGNED. Nobody vouches for this file: whoever had it could have written it anew."
                .to_owned()
        }
    };
    let entries = if purpose.sees_others() {
        "Every entry is given whole, also where it speaks of other customers. chain/ has the place, the\n\
         hash and the previous hash of every entry of a context from the first about the customer to\n\
         the last, so that none can be taken out or put in between two that are given."
    } else {
        "An entry that speaks of this customer alone is given whole (\"entry\"). One that speaks of\n\
         others too is given in part: the customer's own decisions, byte for byte, and the hash of\n\
         the whole. Such a hash cannot be recomputed here; the signature vouches for it, and whoever\n\
         holds the journal can compare it: vigie evidence check-journal."
    };
    format!(
        "EVIDENCE for {purpose}\n\
         tenant {tenant}, customer {customer}, as of the end of {effective_on}\n\n\
         {vouched}\n\n\
         WHAT IS HERE\n\n\
         manifest.json     whose file this is, where the journals stood, the hashes of every other file\n\
         signature         of the bytes of manifest.json\n\
         entries/          what was decided, one line an entry: {contexts}\n\
         statement.json    invoices, payments, what settled what and why, balances\n\
         statement.csv     every movement with what was owed after it\n\
         customer.json     who owes; name and address stand beside the journal and may be erased\n\
         reminders/        what was written to the customer: the list, and the very bytes that left\n\n\
         WHAT IT PROVES\n\n\
         The journal (partition {partition}) is append-only. Each entry carries the BLAKE3 hash of the\n\
         entry before it of the same context, so that no byte of the past can change unseen.\n\
         {entries}\n\
         Contexts that are not listed are not told to whom this is for; that is no gap.\n\n\
         HOW TO CHECK IT\n\n\
         vigie evidence verify FILE      recomputes all of it, without a network\n\n\
         By hand: sha256sum of each file, against manifest.json. For an entry that is given whole,\n\
         jq -j .entry on its line, piped into b3sum, gives the \"hash\" of the line; the \"prev\" inside\n\
         is the hash of the context's entry before. The bytes of a letter hash (b3sum) to its name.\n\
         With the signature as bytes (sig.bin) and the public key as PEM:\n\
         openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in manifest.json -sigfile sig.bin\n"
    )
}
