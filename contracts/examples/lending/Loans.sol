// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Offer} from "./CreditPolicy.sol";
import {LendingPool} from "./LendingPool.sol";

/// @param principal still owed
/// @param interest  owed up to `since`
/// @param deposit   security, given back with the last repayment
struct Loan {
    uint128 principal;
    uint128 interest;
    uint128 deposit;
    uint40 since;
    uint40 dueAt;
    uint16 rateBps;
}

/// @title  The borrowers' side: one loan each, simple interest by the second, a deposit as security
/// @notice An overdue loan can be liquidated by anybody: the deposit goes to the pool, less a bounty; what it does not cover is the lenders'
///         loss, and the borrower is barred until it has made that good.
/// @dev    An overdue loan stands on the books in full until somebody liquidates it, so lenders should see to that: the bounty is for it.
abstract contract Loans is LendingPool {
    uint40 public constant TERM = 90 days;
    uint40 public constant GRACE = 3 days;
    uint256 public constant BOUNTY_BPS = 500;
    uint256 private constant BPS = 10_000;

    mapping(address borrower => Loan) private _loans;
    mapping(address borrower => uint256) private _losses;

    event Borrowed(address indexed borrower, uint256 principal, uint256 deposit, uint256 rateBps, uint256 dueAt);
    event Repaid(address indexed borrower, address indexed payer, uint256 principal, uint256 interest);
    event Liquidated(address indexed borrower, address indexed keeper, uint256 seized, uint256 bounty, uint256 loss);
    event MadeGood(address indexed borrower, address indexed payer, uint256 amount);

    error Loans_NoLoan(address borrower);
    error Loans_HasLoan(address borrower);
    error Loans_Barred(address borrower, uint256 loss);
    error Loans_NotOverdue(uint256 from);
    error Loans_ZeroAmount();

    /// @notice Pays interest, then principal, of anybody's loan; at most the debt. With the last of it the deposit is the borrower's again.
    /// @return paid what was taken from the caller
    function repay(address borrower, uint256 amount) external nonReentrant returns (uint256 paid) {
        Loan memory loan = _current(borrower);
        paid = Math.min(amount, uint256(loan.principal) + loan.interest);
        if (paid == 0) revert Loans_ZeroAmount();
        uint256 interest = Math.min(paid, loan.interest);
        uint256 principal = paid - interest;
        loan.interest -= uint128(interest);
        loan.principal -= uint128(principal);
        _bookReturn(principal, interest, loan.rateBps, paid);
        if (loan.principal == 0) {
            delete _loans[borrower];
            _bookClaim(borrower, loan.deposit);
        } else {
            _loans[borrower] = loan;
        }
        emit Repaid(borrower, msg.sender, principal, interest);
        _take(msg.sender, paid);
    }

    /// @notice Ends an overdue loan. The caller gets a bounty out of the deposit.
    function liquidate(address borrower) external nonReentrant {
        Loan memory loan = _current(borrower);
        uint256 from = uint256(loan.dueAt) + GRACE;
        if (block.timestamp <= from) revert Loans_NotOverdue(from);
        delete _loans[borrower];
        uint256 debt = uint256(loan.principal) + loan.interest;
        uint256 bounty = loan.deposit * BOUNTY_BPS / BPS;
        uint256 seized = Math.min(loan.deposit - bounty, debt);
        _bookReturn(loan.principal, loan.interest, loan.rateBps, seized);
        _seize(seized);
        _bookClaim(msg.sender, bounty);
        _bookClaim(borrower, loan.deposit - bounty - seized);
        _losses[borrower] += debt - seized;
        emit Liquidated(borrower, msg.sender, seized, bounty, debt - seized);
    }

    /// @notice Pays back what lenders lost by a borrower, who may borrow again when nothing is left of it.
    function makeGood(address borrower, uint256 amount) external nonReentrant returns (uint256 paid) {
        paid = Math.min(amount, _losses[borrower]);
        if (paid == 0) revert Loans_ZeroAmount();
        _losses[borrower] -= paid;
        _bookCash(paid);
        emit MadeGood(borrower, msg.sender, paid);
        _take(msg.sender, paid);
    }

    /// @notice A loan with its interest up to now; all zero for none.
    function loanOf(address borrower) external view returns (Loan memory loan) {
        if (_loans[borrower].principal != 0) loan = _current(borrower);
    }

    /// @notice What lenders lost by a borrower and has not been made good.
    function lossOf(address borrower) external view returns (uint256) {
        return _losses[borrower];
    }

    /// @dev Takes the deposit and pays the loan out. The offer has been used up by the caller.
    function _lend(address borrower, uint128 amount, Offer memory offer) internal {
        _requireFree(borrower);
        uint256 deposit = Math.ceilDiv(uint256(amount) * offer.depositBps, BPS);
        uint40 dueAt = uint40(block.timestamp) + TERM;
        _loans[borrower] = Loan(amount, 0, uint128(deposit), uint40(block.timestamp), dueAt, offer.rateBps);
        _bookLoan(amount, offer.rateBps);
        _bookHeld(deposit);
        emit Borrowed(borrower, amount, deposit, offer.rateBps, dueAt);
        _take(borrower, deposit);
        _pay(borrower, amount);
    }

    function _requireFree(address borrower) internal view {
        if (_losses[borrower] != 0) revert Loans_Barred(borrower, _losses[borrower]);
        if (_loans[borrower].principal != 0) revert Loans_HasLoan(borrower);
    }

    function _current(address borrower) private view returns (Loan memory loan) {
        loan = _loans[borrower];
        if (loan.principal == 0) revert Loans_NoLoan(borrower);
        loan.interest += uint128(_interestOn(loan.principal, loan.rateBps, block.timestamp - loan.since));
        loan.since = uint40(block.timestamp);
    }
}
