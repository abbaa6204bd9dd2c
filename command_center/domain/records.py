"""Every kind of record of the field's that the store keeps."""

from command_center.domain.accounts import Account, Lock
from command_center.domain.alerts import Alert, Ear, JudgedBucket, Notice, Replay, Triage
from command_center.domain.checkpoints import Head
from command_center.domain.clients import Client
from command_center.domain.connections import Connection
from command_center.domain.deposits import Deposit
from command_center.domain.duty import DutyPlan
from command_center.domain.erasures import Erasure
from command_center.domain.four_eyes import Proposal
from command_center.domain.incidents import Clock, Decision, Fact, Incident, Task, TriageAnswer
from command_center.domain.leftovers import Leftover
from command_center.domain.objections import Objection
from command_center.domain.off_voice import AccountWatch, OffVoice
from command_center.domain.people import Credential, DoorStep, Identity, Passkey, Person, Session, SignInAttempt
from command_center.domain.pseudonyms import Unsealing
from command_center.domain.publications import Publication
from command_center.domain.reachability import Reachability
from command_center.domain.removals import Removal
from command_center.domain.rules import RuleSet
from command_center.domain.second_factor import SecondFactor
from command_center.domain.sources import Source
from command_center.domain.statements import Approval, Statement, StatementVersion
from command_center.domain.topics import Topic

_Heard = Alert | DutyPlan | Ear | JudgedBucket | Notice | Replay | RuleSet | Source | Topic | Triage
_Led = Clock | Decision | Fact | Incident | Task | TriageAnswer
_Said = Account | Approval | Leftover | Lock | Publication | Statement | StatementVersion
_Stands = AccountWatch | OffVoice | Removal
_Proof = Deposit | Erasure | Head | Objection | Proposal | Unsealing
_House = Client | Connection | Credential | Person | Reachability | Session | SignInAttempt
_Enters = DoorStep | Identity | Passkey | SecondFactor
Kept = _Proof | _Heard | _Led | _Said | _Stands | _House | _Enters
