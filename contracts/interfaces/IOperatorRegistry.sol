// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title  The vault: stakes, locks and payouts
/// @notice Everything owed is credited here and pulled by its owner; nothing is ever pushed. There is no privileged way to move a stake.
interface IOperatorRegistry {
    event Staked(address indexed operator, uint256 amount);
    event Unstaked(address indexed operator, uint256 amount);
    event BondLocked(address indexed operator, uint256 amount);
    event BondReleased(address indexed operator, uint256 amount);
    event BondSlashed(address indexed operator, uint256 amount);
    event Credited(address indexed account, uint256 amount);
    event Burned(uint256 amount);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);

    error OperatorRegistry_NotProtocol(address caller);
    error OperatorRegistry_FreeStakeTooLow(address operator, uint256 free, uint256 needed);
    error OperatorRegistry_NothingToWithdraw(address account);
    error OperatorRegistry_PayoutTooLow(address account, uint256 payout, uint256 needed);
    error OperatorRegistry_TransferFailed(address to);

    /// @notice Adds the sent value to the caller's stake.
    function stake() external payable;

    /// @notice Moves free stake of the caller to its payouts.
    function unstake(uint256 amount) external;

    /// @notice Sends all of the caller's payouts to `to`.
    function withdraw(address to) external returns (uint256 amount);

    /// @notice Stake of an operator, of which `locked` backs standing assertions, in wei.
    function stakeOf(address operator) external view returns (uint256 total, uint256 locked);

    /// @notice What an account can withdraw, in wei.
    function payoutOf(address account) external view returns (uint256);

    /// @notice Protocol only: locks free stake as a bond.
    function lock(address operator, uint256 amount) external;

    /// @notice Protocol only: frees a bond.
    function release(address operator, uint256 amount) external;

    /// @notice Protocol only: takes a locked bond out of the stake and splits it: credits `shares[i]` to `accounts[i]` and burns the rest.
    function slash(address operator, uint256 amount, address[] calldata accounts, uint256[] calldata shares) external;

    /// @notice Credits the sent value to an account. Anybody may give.
    function credit(address account) external payable;

    /// @notice Moves the caller's own payouts to another account.
    function transferPayout(address to, uint256 amount) external;

    /// @notice Burns the caller's own payouts.
    function burnPayout(uint256 amount) external;
}
