//! Words of the contract and words of the journal: the same, in two spellings.

/// A word of the journal that the contract has too.
pub(crate) trait Word: Copy {
    /// The same word there.
    type Proto: TryFrom<i32> + Into<i32>;

    /// The word; none if nothing was said.
    fn of(proto: Self::Proto) -> Option<Self>;

    /// The same word there.
    fn proto(self) -> Self::Proto;

    /// Its number there.
    fn number(self) -> i32 {
        self.proto().into()
    }
}

macro_rules! word {
    ($ours:ty, $theirs:ty { $($word:ident)+ }) => {
        impl Word for $ours {
            type Proto = $theirs;

            fn of(it: Self::Proto) -> Option<Self> {
                match it {
                    <$theirs>::Unspecified => None,
                    $(<$theirs>::$word => Some(Self::$word),)+
                }
            }

            fn proto(self) -> Self::Proto {
                match self {
                    $(Self::$word => <$theirs>::$word,)+
                }
            }
        }
    };
}

macro_rules! words {
    ($context:ident $($name:ident $proto:ident $words:tt)+) => {
        $(word!(events::$context::$name, api::$context::$proto $words);)+
    };
}

words! {
    invoicing
    PaymentMethod PaymentMethod { Transfer DirectDebit Card Cheque Cash Bill SetOff Other }
    ReversalReason ReversalReason { Bounced Chargeback BookedInError }
    CreditReason CreditReason {
        Return Price Quantity Quality Rebate EarlyPayment Goodwill Dispute Other
    }
    DisputeReason DisputeReason {
        Price Quantity Quality Delivery Duplicate NotOrdered Document AlreadyPaid Other
    }
    DisputeOutcome DisputeOutcome { Credited Rejected Withdrawn Settled }
    WriteOffReason WriteOffReason {
        Uncollectible Insolvency Dispute Prescribed Goodwill Other
    }
    Waterfall Waterfall { OldestDue OldestIssued LargestOpen Hold Statutory InsurerOldest }
    TermsKind TermsKind { Ordinary Periodic ToPublicBody }
    Rule AllocationRule {
        Designated Reference Deposit ExactAmount Subset Waterfall Manual Statutory InsurerOldest
    }
}

words! {
    alerts
    Kind AlertKind {
        LimitBreached LimitNearly InvoiceOverdue PromiseBroken PaymentBounced DisputeAgeing
        OrderHeld LimitExpiring GuaranteeExpiring CoverExpiring GradeDropped BehaviourBroke
        InsolvencyPublished ReviewOverdue ConcentrationCrossed DsoDrifted AgingBreached
        IdentityDoubtful ReminderUnknown ReminderStuck ReminderRegretted DunningExhausted
        SupplyBlocked RightAtRisk RightLapsed ErrandUnknown
    }
    Severity AlertSeverity { Low Medium High }
    ReasonCode AlertReason {
        LimitExceeded LimitNearlyUsed PastDue PromiseNotKept PromisePartlyKept PaymentReturned
        PaymentChargedBack DisputeOpen NoLimit OverLimit Overdue OverdueAmount LargeOrder NoRate
        Expires GradeWorse PaysLater Safeguard Receivership Liquidation StruckOff BrokenPromises
        GradeTooLow ReviewDue SingleName DsoRisen LongOverdue RegistrationInactive
        RegistrationUnknown BankAccountChanged DomainYoung AddressMismatch NameMismatch
        OutcomeUnknown NoChannelLeft RemindedSettled RemindedNotDue RemindedCancelled
        LadderEnded SupplyBlocked LastDayNear LastDayPassed
    }
    Clearing ClearReason { Ended Lapsed PolicyChanged }
}

words! {
    invoicing
    FacilityKind FacilityKind { Factoring Discount Pledge }
    RecourseGround RecourseGround { Unpaid Dispute Dilution }
}

words! {
    risk
    GuaranteeKind GuaranteeKind {
        Surety BankGuarantee LetterOfCredit Pledge Mortgage CreditInsurance
    }
    NoticeKind NoticeKind {
        Safeguard Receivership Liquidation Plan ClosedForInsufficientAssets Closed StruckOff
        AccountsNotFiled Other
    }
    Doubt IdentityFinding {
        RegistrationInactive RegistrationUnknown BankAccountChanged DomainYoung AddressMismatch
        NameMismatch
    }
    CoverKind CoverKind { Named Unnamed }
    HedgeKind HedgeKind { Forward Option Swap FxInsurance Prospection }
    HedgeOutcome HedgeOutcome { Settled Sold Cancelled Lapsed }
    Grade Grade { A B C D E }
}

words! {
    dunning
    Channel Channel { Email Letter RegisteredLetter Call Webhook }
    Tone Tone { Courtesy Reminder Firm Final }
    Because LadderReason { Tenant Segment Grade Customer Invoice }
    HoldReason HoldReason {
        Dispute Promise Plan Insolvency Legal Manual UnallocatedCash SaysPaid Assigned
    }
    ContactResult ContactResult {
        Reached NoAnswer WrongNumber Promises SaysPaid Contests Refuses AsksForCopy
    }
    Approval Approval { Automatic ByPerson }
    Presentation PresentationResult { Delivered Refused Unclaimed Opened }
}

words! {
    collection
    Why CaseReason { Exhausted Person Insolvency Insurer }
    Outcome CaseOutcome { Paid Settled Uncollectible Withdrawn Merged }
    Route Route {
        Agency SmallClaim PaymentOrder Interim Merits Mediation Arbitration Insurer Factor
        Insolvency WriteOff
    }
    ActKind ActKind {
        FormalDemand Acknowledgement Lawsuit LawsuitEnded Enforcement Title MediationBegun
        MediationEnded OrderRequested OrderGranted OrderRefused OrderServed OrderOpposed
        OrderEnforceable SmallClaimSent SmallClaimAccepted SmallClaimFailed ClaimDeclared
        ReliefRequested ClaimAdmitted GoodsClaimed InsolvencyPlanAdopted InsolvencyPlanModified
        InsolvencyPlanResolved InsolvencyPlanCompleted IrrecoverabilityCertified DuplicateSent
        TaxRelieved InsurerNotified ExtensionAgreed
        InsurerHandedOver IndemnityClaimed IndemnityPaid GuaranteeCalled
    }
    RightKind RightKind {
        ClaimFiling Relief TitleClaim OrderService Opposition SmallClaimAnswer Prescription
        InsurerNotice Extension Handover IndemnityClaim Indemnity GuaranteeCall
    }
    Errand Errand { HandOver Recall }
    ClaimCause ClaimCause { ProtractedDefault Insolvency }
    RecoveryOrder RecoveryOrder { Oldest AsBooked }
    CollectorStatus CollectorStatus {
        Working Reached NotFound Promises Proposes Contests Insolvent Ended
    }
}

// What a view says and no journal does.
word!(collection::Circumstance, api::collection::Circumstance {
    Insolvent Insured NotInsured Contested Uncontested Demanded NotDemanded Small NotSmall Foreign
    NotWorthIt Prescribed Late NoClause CameBack
});
word!(collection::view::Exclusion, api::collection::CoverExclusion {
    Disputed NotCovered OtherCurrency Segment TermsTooLong ExtensionOver HandedOver Insolvent
    BelowMinimum Tax
});
word!(collection::view::ClaimWarning, api::collection::ClaimWarning {
    MoreThanCovered NoJudgment NotHandedOver PaidEarly PaidTooMuch
});
word!(collection::Verdict, api::collection::Verdict { RulesOut Against For });
word!(collection::insolvency::Ground, api::collection::BirthGround { Delivery Issue });
word!(collection::insolvency::LossKind, api::collection::LossGround {
    Liquidation InsufficientAssets Plan Certificate Pursuit
});
word!(collection::insolvency::Missing, api::collection::LossLack {
    Tax Ground Duplicate Declaration WriteOff
});
word!(dunning::view::worklist::TaskKind, api::dunning::TaskKind {
    UnknownOutcome Stuck Exhausted BrokenPromise Send Call SendCopy Approve
});
word!(dunning::view::worklist::Rule, api::dunning::WorkRule {
    Task AmountOverdue DaysPastDue Grade BrokenPromises Promised Contested Held
});
word!(collection::worklist::TaskKind, api::collection::CollectionTaskKind {
    UnknownErrand RightAtRisk FailedErrand GivenBack Proposal ToDecide LateRemittance ToPlace
});
word!(collection::worklist::Rule, api::collection::CollectionWorkRule {
    Task Deadline AmountOpen DaysPastDue
});
word!(evidence::Purpose, api::evidence::EvidencePurpose { Court Insurer Auditor });
