//! What a person does about a right, in a sentence: said the same wherever a right is shown.

use events::collection::RightKind;

/// What to do about a right before its last day; of one that is the other side's, what its last day
/// brings. English, one sentence, without a name.
pub const fn what_to_do(kind: RightKind) -> &'static str {
    match kind {
        RightKind::ClaimFiling => {
            "Declare the claim to the judicial representative, and record the act claim_declared."
        }
        RightKind::Relief => {
            "Ask the judge to be relieved of having declared too late, and record relief_requested."
        }
        RightKind::TitleClaim => {
            "Claim the goods from the administrator or the liquidator, and record goods_claimed."
        }
        RightKind::OrderService => {
            "Have the payment order served by a commissaire de justice, and record order_served."
        }
        RightKind::Opposition => {
            "Wait: after this day the order may be enforced, unless the customer opposed it."
        }
        RightKind::SmallClaimAnswer => {
            "Wait: after this day without an answer the small claim has failed."
        }
        RightKind::Prescription => {
            "Sue, have the debt acknowledged, or give it up; a mere demand does not interrupt."
        }
        RightKind::InsurerNotice => {
            "Tell the insurer that the customer is late, and record insurer_notified."
        }
        RightKind::Extension => {
            "Put the due date off no further without the insurer, and deliver nothing uncovered."
        }
        RightKind::Handover => {
            "Hand all that is owed to the insurer, and record insurer_handed_over."
        }
        RightKind::IndemnityClaim => "Ask the insurer to pay, and record indemnity_claimed.",
        RightKind::Indemnity => "Wait: after this day the insurer pays, or is reminded of it.",
        RightKind::GuaranteeCall => {
            "Call upon the guarantor before the guarantee ends, and record guarantee_called."
        }
    }
}
