// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title  The lenders' side: an ERC-4626 pool whose assets are cash, principal lent, and interest earned on it
/// @notice The asset must be a plain ERC-20 token, without fees on transfers or rebasing. Tokens sent to the contract without a call count for nothing.
/// @dev    INVARIANT: balance >= cash + held. Interest accrues in sum, rounded down, and so never exceeds what the borrowers owe.
abstract contract LendingPool is ERC4626, ReentrancyGuard {
    using SafeERC20 for IERC20;

    uint256 private constant YEAR_BPS = 365 days * 10_000;

    uint256 private _cash;
    uint256 private _lent;
    /// @dev Deposits of borrowers and claims: not the lenders'.
    uint256 private _held;
    uint256 private _accrued;
    /// @dev Sum of principal * rate in basis points over all loans.
    uint256 private _rates;
    uint40 private _accruedAt;
    mapping(address => uint256) private _claims;

    event Claimed(address indexed account, address indexed to, uint256 amount);

    error LendingPool_CashTooLow(uint256 cash, uint256 needed);
    error LendingPool_NothingToClaim(address account);

    /// @notice Sends the caller what it is owed in the asset: a deposit given back, what is left of a seized one, a bounty.
    function claim(address to) external nonReentrant returns (uint256 amount) {
        amount = _claims[msg.sender];
        if (amount == 0) revert LendingPool_NothingToClaim(msg.sender);
        _claims[msg.sender] = 0;
        _held -= amount;
        emit Claimed(msg.sender, to, amount);
        _pay(to, amount);
    }

    function claimOf(address account) external view returns (uint256) {
        return _claims[account];
    }

    /// @notice What the contract accounts for, in the asset's smallest unit.
    function books() external view returns (uint256 cash, uint256 lent, uint256 interest, uint256 held) {
        return (_cash, _lent, _interest(), _held);
    }

    /// @notice Cash, principal lent, and interest earned but not paid yet.
    function totalAssets() public view override returns (uint256) {
        return _cash + _lent + _interest();
    }

    /// @notice Bounded by the cash at hand: what is lent cannot be withdrawn.
    function maxWithdraw(address owner) public view override returns (uint256) {
        return Math.min(super.maxWithdraw(owner), _cash);
    }

    /// @inheritdoc ERC4626
    function maxRedeem(address owner) public view override returns (uint256 shares) {
        shares = super.maxRedeem(owner);
        if (previewRedeem(shares) > _cash) shares = _convertToShares(_cash, Math.Rounding.Floor);
    }

    function _deposit(address caller, address receiver, uint256 assets, uint256 shares) internal override nonReentrant {
        super._deposit(caller, receiver, assets, shares);
        _cash += assets;
    }

    function _withdraw(address caller, address receiver, address owner, uint256 assets, uint256 shares) internal override nonReentrant {
        _cash -= assets;
        super._withdraw(caller, receiver, owner, assets, shares);
    }

    /// @dev Books a loan; the caller pays it out.
    function _bookLoan(uint256 principal, uint256 rateBps) internal {
        if (principal > _cash) revert LendingPool_CashTooLow(_cash, principal);
        _accrue();
        _cash -= principal;
        _lent += principal;
        _rates += principal * rateBps;
    }

    /// @dev Books that principal and interest of a loan are gone, and cash came instead: as much, or less where it was lost.
    function _bookReturn(uint256 principal, uint256 interest, uint256 rateBps, uint256 cash) internal {
        _accrue();
        _lent -= principal;
        _rates -= principal * rateBps;
        _accrued -= Math.min(_accrued, interest);
        _cash += cash;
    }

    function _bookCash(uint256 amount) internal {
        _cash += amount;
    }

    function _bookHeld(uint256 amount) internal {
        _held += amount;
    }

    /// @dev Turns held money into the pool's.
    function _seize(uint256 amount) internal {
        _held -= amount;
    }

    /// @dev Owes held money to an account.
    function _bookClaim(address account, uint256 amount) internal {
        _claims[account] += amount;
    }

    function _pay(address to, uint256 amount) internal {
        IERC20(asset()).safeTransfer(to, amount);
    }

    function _take(address from, uint256 amount) internal {
        IERC20(asset()).safeTransferFrom(from, address(this), amount);
    }

    function _interestOn(uint256 principal, uint256 rateBps, uint256 elapsed) internal pure returns (uint256) {
        return Math.mulDiv(principal * rateBps, elapsed, YEAR_BPS, Math.Rounding.Ceil);
    }

    function _accrue() private {
        _accrued = _interest();
        _accruedAt = uint40(block.timestamp);
    }

    function _interest() private view returns (uint256) {
        return _accrued + Math.mulDiv(_rates, block.timestamp - _accruedAt, YEAR_BPS);
    }
}
