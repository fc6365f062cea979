// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Outputs} from "../../consumer/Outputs.sol";
import {Tier, Tiers} from "../../consumer/Tiers.sol";
import {UserPaidConsumer} from "../../consumer/UserPaidConsumer.sol";
import {RequestId} from "../../types/Ids.sol";
import {RequestTerms} from "../../types/Inference.sol";
import {Applicant} from "./Applicant.sol";
import {Application, Stage} from "./Application.sol";
import {CreditPolicy, Offer} from "./CreditPolicy.sol";

/// @title  Applications: features that a credit bureau signed, a risk that the model gives, an offer
/// @notice The chain cannot know an income: a bureau, named at deployment, signs each statement for one applicant and this contract (EIP-712).
///         A score serves one application; its offer is used once, within two weeks, and only while no later one was asked for.
abstract contract CreditDesk is UserPaidConsumer, EIP712 {
    using Tiers for Tier;
    using Tiers for RequestTerms;

    uint256 public constant STATEMENT_AGE = 7 days;
    uint256 public constant OFFER_AGE = 14 days;
    /// @dev Half thousands from which on a loan is large.
    uint256 public constant LARGE_LOAN = 40;
    uint256 private constant CALLBACK_GAS = 150_000;
    bytes32 private constant STATEMENT_TYPEHASH = keccak256(
        "Statement(address who,uint40 issuedAt,Applicant applicant)Applicant(uint16 income,uint8 debt,uint16 history,uint8 late,uint8 used,uint8 job,uint8 loan,uint8 enquiries)"
    );

    bytes32 public immutable VERSION;
    address public immutable BUREAU;
    /// @notice Wei of bond that each half thousand asked for wants behind the score.
    uint256 public immutable BOND_PER_UNIT;
    /// @dev Smallest units of the asset in half a thousand.
    uint256 internal immutable UNIT;

    mapping(RequestId => Application) private _applications;
    mapping(address applicant => RequestId) private _latest;
    mapping(bytes32 statement => bool) private _presented;

    event Applied(RequestId indexed requestId, address indexed applicant, uint256 asked);
    event Decided(RequestId indexed requestId, address indexed applicant, uint32 riskBits, Offer offer);
    event ApplicationExpired(RequestId indexed requestId, address indexed applicant);

    error CreditDesk_NotSignedByBureau();
    error CreditDesk_StatementNotValidNow(uint256 issuedAt);
    error CreditDesk_StatementUsed(bytes32 statement);
    error CreditDesk_Pending(RequestId requestId);
    error CreditDesk_NotPending(RequestId requestId);
    error CreditDesk_NoOffer(address applicant, Stage stage);
    error CreditDesk_OfferTooOld(uint256 until);
    error CreditDesk_AboveLimit(uint256 limit, uint256 amount);

    constructor(bytes32 version, address bureau, uint256 bondPerUnit, uint256 unit) EIP712("LendingMarket", "1") {
        VERSION = version;
        BUREAU = bureau;
        BOND_PER_UNIT = bondPerUnit;
        UNIT = unit;
    }

    /// @notice Asks the model for the caller's risk; the value pays for it, change is owed to the caller.
    /// @param fee wei for the operators
    function requestOffer(Applicant calldata applicant, uint40 issuedAt, bytes calldata signature, uint256 fee)
        external
        payable
        returns (RequestId requestId)
    {
        _requireMayApply(msg.sender);
        if (_applications[_latest[msg.sender]].stage == Stage.PENDING) revert CreditDesk_Pending(_latest[msg.sender]);
        _useStatement(applicant, issuedAt, signature);
        requestId = _askFor(msg.sender, VERSION, applicant.encode(), _termsFor(applicant, fee));
        uint128 asked = uint128(applicant.loan * UNIT);
        _applications[requestId] = Application(msg.sender, Stage.PENDING, uint40(block.timestamp), asked, Offer(0, 0, 0));
        _latest[msg.sender] = requestId;
        emit Applied(requestId, msg.sender, asked);
    }

    /// @notice Wei to send with an application.
    function applicationFee(Applicant calldata applicant, uint256 fee) external view returns (uint256) {
        return ORACLE.estimateFee(VERSION, _termsFor(applicant, fee));
    }

    function application(RequestId requestId) external view returns (Application memory) {
        return _applications[requestId];
    }

    /// @notice The applicant's latest application, zero for none.
    function latestOf(address applicant) external view returns (RequestId) {
        return _latest[applicant];
    }

    /// @dev Uses the applicant's offer up.
    function _useOffer(address applicant, uint256 amount) internal returns (Offer memory) {
        Application storage a = _applications[_latest[applicant]];
        // INVARIANT: an offer is used once, by whom it was made to, while it is the latest and not old.
        if (a.stage != Stage.APPROVED) revert CreditDesk_NoOffer(applicant, a.stage);
        uint256 until = a.appliedAt + OFFER_AGE;
        if (block.timestamp > until) revert CreditDesk_OfferTooOld(until);
        if (amount > a.offer.limit) revert CreditDesk_AboveLimit(a.offer.limit, amount);
        a.stage = Stage.USED;
        return a.offer;
    }

    /// @dev Reverts for who may not borrow.
    function _requireMayApply(address applicant) internal view virtual;

    function _onInference(RequestId requestId, bytes32, bytes calldata output) internal override {
        Application storage a = _applications[requestId];
        if (a.stage != Stage.PENDING) revert CreditDesk_NotPending(requestId);
        Outputs.requireLength(output, 4);
        a.offer = CreditPolicy.offerFor(Outputs.f32(output, 0), a.asked);
        a.stage = a.offer.limit == 0 ? Stage.DECLINED : Stage.APPROVED;
        emit Decided(requestId, a.applicant, Outputs.f32(output, 0).bits(), a.offer);
    }

    function _onExpired(RequestId requestId) internal override {
        Application storage a = _applications[requestId];
        a.stage = Stage.EXPIRED;
        emit ApplicationExpired(requestId, a.applicant);
    }

    function _useStatement(Applicant calldata applicant, uint40 issuedAt, bytes calldata signature) private {
        if (issuedAt > block.timestamp || block.timestamp > issuedAt + STATEMENT_AGE) revert CreditDesk_StatementNotValidNow(issuedAt);
        bytes32 statement = _hashTypedDataV4(keccak256(abi.encode(STATEMENT_TYPEHASH, msg.sender, issuedAt, applicant.hash())));
        if (_presented[statement]) revert CreditDesk_StatementUsed(statement);
        if (!SignatureChecker.isValidSignatureNow(BUREAU, statement, signature)) revert CreditDesk_NotSignedByBureau();
        _presented[statement] = true;
    }

    /// @dev The more a lie could take out of the pool, the more stands behind the answer; two must agree on a large loan.
    function _termsFor(Applicant calldata applicant, uint256 fee) private view returns (RequestTerms memory) {
        Tier memory tier = applicant.loan < LARGE_LOAN ? Tiers.standard() : Tiers.high();
        return tier.backing(applicant.loan * BOND_PER_UNIT, 10_000).ask(ORACLE, 1 days, fee, CALLBACK_GAS);
    }
}
