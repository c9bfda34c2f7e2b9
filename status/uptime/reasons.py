"""The closed list of exclusions: nothing outside it lowers downtime."""

from enum import StrEnum


class Reason(StrEnum):
    """Why downtime may be left out of the contract figure; where two apply, the earlier one here is named."""

    SCHEDULED_MAINTENANCE = "scheduled_maintenance"
    FORCE_MAJEURE = "force_majeure"
    CUSTOMER_CAUSED = "customer_caused"
    CUSTOMER_NETWORK = "customer_network"
    CUSTOMER_REQUESTED = "customer_requested"
    SUSPENSION = "suspension"
    THIRD_PARTY_CUSTOMER_INTEGRATION = "third_party_customer_integration"
    BETA_FEATURE = "beta_feature"
    THIRD_PARTY_PROVIDER = "third_party_provider"
    EMERGENCY_MAINTENANCE = "emergency_maintenance"
    DENIAL_OF_SERVICE = "denial_of_service"
    BELOW_MINIMUM_DURATION = "below_minimum_duration"

    @property
    def rank(self) -> int:
        """The place on the list."""
        return RANKS[self]


RANKS = {reason: place for place, reason in enumerate(Reason)}

OFF_UNLESS_CHOSEN = frozenset(
    {
        Reason.THIRD_PARTY_PROVIDER,
        Reason.EMERGENCY_MAINTENANCE,
        Reason.DENIAL_OF_SERVICE,
        Reason.BELOW_MINIMUM_DURATION,
    }
)
DEFAULT_ON = frozenset(Reason) - OFF_UNLESS_CHOSEN
# Computed from what was announced or measured; a person who types one of them changes nothing.
COMPUTED = frozenset({Reason.SCHEDULED_MAINTENANCE, Reason.BELOW_MINIMUM_DURATION})
# One client's doing lowers that client's figure alone.
ORGANISATION_ONLY = frozenset({Reason.CUSTOMER_CAUSED, Reason.CUSTOMER_NETWORK, Reason.SUSPENSION})


class Refused(StrEnum):
    """Why an exclusion or a maintenance window leaves nothing out."""

    NOT_ON_THE_LIST = "not_on_the_list"
    COMPUTED_NEVER_TYPED = "computed_never_typed"
    SWITCHED_OFF = "switched_off"
    NOT_APPROVED = "not_approved"
    NO_EVIDENCE = "no_evidence"
    ONE_ORGANISATION_ONLY = "one_organisation_only"
    NOT_A_BETA_COMPONENT = "not_a_beta_component"
    NEVER_ANNOUNCED = "never_announced"
    CANCELLED = "cancelled"
    SHORT_NOTICE = "short_notice"
    OUTSIDE_USUAL_WINDOWS = "outside_usual_windows"
