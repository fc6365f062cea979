// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {RequestId} from "../types/Ids.sol";
import {AssertionStatus, Request, RequestStatus, RequestTerms} from "../types/Inference.sol";
import {InferenceConsumer} from "./InferenceConsumer.sol";

/// @title  Base of consumers whose users pay for their own questions
/// @notice Change and refunds belong to the user who paid, and are pulled. What comes besides, compensation for answers that fell, is surplus,
///         which the deriving contract may take. It must hold no other native money than through `_takeSurplus`'s rules. What was paid for a
///         question is held until its refund is on record or, once it is settled, somebody closes it.
abstract contract UserPaidConsumer is InferenceConsumer {
    struct Payment {
        address user;
        uint96 amount;
    }

    mapping(RequestId => Payment) private _payments;
    mapping(address user => uint256) private _owed;
    // One slot: what users are owed, and what they paid for questions that may still be refunded.
    uint128 private _totalOwed;
    uint128 private _held;

    event UserOwed(address indexed user, uint256 amount);
    event UserPaid(address indexed user, address indexed to, uint256 amount);

    error UserPaidConsumer_ValueTooLow(uint256 due, uint256 given);
    error UserPaidConsumer_NothingToRefund(RequestId requestId);
    error UserPaidConsumer_NotSettled(RequestId requestId);
    error UserPaidConsumer_NothingOwed(address user);
    error UserPaidConsumer_NotReadyYet(uint256 ready, uint256 wanted);
    error UserPaidConsumer_NotVault(address sender);

    /// @dev Only the vault pays in, when this contract withdraws from it.
    receive() external payable {
        if (msg.sender != address(ORACLE.operators())) revert UserPaidConsumer_NotVault(msg.sender);
    }

    /// @notice Ends a request that nobody answered in time, and owes the user what the oracle gave back. Anybody may call it.
    function refund(RequestId requestId) external {
        if (_payments[requestId].user == address(0)) revert UserPaidConsumer_NothingToRefund(requestId);
        if (ORACLE.request(requestId).status == RequestStatus.OPEN) ORACLE.expire(requestId);
        Request memory r = ORACLE.request(requestId);
        if (r.status != RequestStatus.EXPIRED && r.status != RequestStatus.EXPIRED_PARTIAL) {
            revert UserPaidConsumer_NothingToRefund(requestId);
        }
        // Read after the oracle was called, which may have called this contract: what is paid once is gone then.
        Payment memory payment = _payments[requestId];
        if (payment.user == address(0)) revert UserPaidConsumer_NothingToRefund(requestId);
        _forget(requestId, payment.amount);
        _owe(payment.user, payment.amount - _spent(requestId, r));
        _onExpired(requestId);
    }

    /// @notice Ends the hold on what was paid for settled questions. Anybody may call it; one that is closed already changes nothing.
    function close(RequestId[] calldata requestIds) external {
        for (uint256 i = 0; i < requestIds.length; ++i) {
            RequestId requestId = requestIds[i];
            if (ORACLE.request(requestId).status != RequestStatus.SETTLED) revert UserPaidConsumer_NotSettled(requestId);
            _forget(requestId, _payments[requestId].amount);
        }
    }

    /// @notice Sends the caller what it is owed.
    function withdrawOwed(address payable to) external returns (uint256) {
        return _payOwed(msg.sender, to);
    }

    /// @notice Sends a user what it is owed, to its own address: for contracts that can receive but not ask for it.
    function sendOwed(address payable user) external returns (uint256) {
        return _payOwed(user, user);
    }

    /// @notice Wei that a user can withdraw, as far as the vault has it ready.
    function owedTo(address user) external view returns (uint256) {
        return _owed[user];
    }

    function totalOwed() external view returns (uint256) {
        return _totalOwed;
    }

    /// @dev Asks with the value of this call, of which the user is owed what is not due.
    function _askFor(address user, bytes32 versionId, bytes memory input, RequestTerms memory terms) internal returns (RequestId requestId) {
        uint256 due = ORACLE.estimateFee(versionId, terms);
        if (msg.value < due) revert UserPaidConsumer_ValueTooLow(due, msg.value);
        _owe(user, msg.value - due);
        requestId = ORACLE.requestInference{value: due}(versionId, input, terms);
        _payments[requestId] = Payment({user: user, amount: uint96(due)});
        _held += uint128(due);
    }

    /// @dev Sends everything that no user is owed, or may yet be.
    function _takeSurplus(address payable to) internal returns (uint256 amount) {
        _fetch();
        // INVARIANT: what users are owed is not touched; refunds that the vault still holds back count as not there yet. Nor is what was paid
        // for a question that is not closed: the oracle may have given it back without this contract's having heard of it.
        uint256 kept = uint256(_totalOwed) + _held;
        if (address(this).balance <= kept) return 0;
        amount = address(this).balance - kept;
        Address.sendValue(to, amount);
    }

    /// @dev A request of a user expired and has been refunded.
    function _onExpired(RequestId requestId) internal virtual;

    function _payOwed(address user, address payable to) private returns (uint256 amount) {
        amount = _owed[user];
        if (amount == 0) revert UserPaidConsumer_NothingOwed(user);
        _owed[user] = 0;
        _totalOwed -= uint128(amount);
        _fetch();
        if (address(this).balance < amount) revert UserPaidConsumer_NotReadyYet(address(this).balance, amount);
        emit UserPaid(user, to, amount);
        Address.sendValue(to, amount);
    }

    /// @dev Brings what the vault has ready for this contract.
    function _fetch() private {
        if (ORACLE.operators().readyOf(address(this)) > 0) _withdrawPayouts(address(this));
    }

    function _owe(address user, uint256 amount) private {
        if (amount == 0) return;
        _owed[user] += amount;
        _totalOwed += uint128(amount);
        emit UserOwed(user, amount);
    }

    function _forget(RequestId requestId, uint256 amount) private {
        delete _payments[requestId];
        _held -= uint128(amount);
    }

    /// @dev The most that an expired request has cost: survivors' shares of the fee, and callbacks of an optimistic one that anybody was paid for.
    function _spent(RequestId requestId, Request memory r) private view returns (uint256 spent) {
        uint256 count = ORACLE.assertionCount(requestId);
        if (r.terms.optimistic && count > 0) spent = (r.told == 0 ? 1 : 2) * uint256(r.terms.callbackGas) * r.gasPrice;
        if (r.status == RequestStatus.EXPIRED) return spent;
        uint256 survivors = 0;
        for (uint256 i = 0; i < count && survivors < r.terms.redundancy; ++i) {
            if (ORACLE.assertion(ORACLE.assertionAt(requestId, i)).status != AssertionStatus.DEFEATED) ++survivors;
        }
        spent += r.terms.fee / r.terms.redundancy * survivors;
    }
}
