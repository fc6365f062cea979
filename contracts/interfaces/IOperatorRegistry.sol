// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title  The vault: stakes, locks and payouts
/// @notice The only contract that holds money. Everything owed is credited here and pulled by its owner; nothing is ever pushed. Contracts of
///         the protocol hold escrow, which is theirs at once; everybody else's money is ready between one and two air gaps after its credit.
///         There is no privileged way to move a stake, an escrow or a payout.
interface IOperatorRegistry {
    event Staked(address indexed operator, uint256 amount);
    event UnstakeBegun(address indexed operator, uint256 amount, uint256 readyAt);
    event Unstaked(address indexed operator, uint256 amount);
    event ExposureCapSet(address indexed operator, uint256 bps);
    event EndpointAnnounced(address indexed operator, string endpoint);
    event BondLocked(address indexed operator, uint256 amount);
    event BondReleased(address indexed operator, uint256 amount);
    event BondSlashed(address indexed operator, uint256 amount);
    event Credited(address indexed account, uint256 amount);
    event Burned(uint256 amount);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);
    event AccountFrozen(address indexed account, uint256 until);

    error OperatorRegistry_NotProtocol(address caller);
    error OperatorRegistry_FreeStakeTooLow(address operator, uint256 free, uint256 needed);
    error OperatorRegistry_ExposureTooHigh(address operator, uint256 most, uint256 locked);
    error OperatorRegistry_BadCap(uint256 bps);
    error OperatorRegistry_EndpointTooLong(uint256 length, uint256 most);
    error OperatorRegistry_NothingToUnstake(address operator);
    error OperatorRegistry_StillUnbonding(address operator, uint256 readyAt);
    error OperatorRegistry_NothingToWithdraw(address account);
    error OperatorRegistry_Frozen(address account, uint256 until);
    error OperatorRegistry_FreezeTooSoon(address account, uint256 freezableAt);
    error OperatorRegistry_PayoutTooLow(address account, uint256 payout, uint256 needed);
    error OperatorRegistry_TransferFailed(address to);

    /// @notice Adds the sent value to the caller's stake.
    function stake() external payable;

    /// @notice Takes free stake of the caller out of its stake; it can be had after the unbonding delay. A second one before the first is
    ///         completed merges with it, and both wait for the later.
    function beginUnstake(uint256 amount) external;

    /// @notice Moves what has unbonded to the caller's payouts.
    function completeUnstake() external;

    /// @notice Lowers the share of the caller's stake that may be locked, in basis points; 0 leaves it to the rules. Holds for later locks.
    function setExposureCap(uint16 bps) external;

    /// @notice Says where the caller serves its traces to challengers: a WebSocket URL of at most 256 bytes, empty for nowhere. The latest
    ///         announcement counts. It is in the event alone and binds nobody; whoever follows it must not trust what it finds there.
    function announce(string calldata endpoint) external;

    /// @notice Sends the caller's payouts that are ready to `to`.
    function withdraw(address to) external returns (uint256 amount);

    /// @notice Guardian only: stops an account's withdrawals for `VaultRules.maxFreeze` seconds, and not again before a cool-down of 7 days
    ///         after that. Moves nothing.
    function freeze(address account) external;

    /// @notice Stake of an operator, of which `locked` backs standing assertions and attestations, in wei. What unbonds is in neither.
    function stakeOf(address operator) external view returns (uint256 total, uint256 locked);

    /// @notice What unbonds, in wei, and the unix second from which on it can be had.
    function unbondingOf(address operator) external view returns (uint256 amount, uint256 readyAt);

    /// @notice The operator's own exposure cap in basis points, 0 for none.
    function exposureCapOf(address operator) external view returns (uint256);

    /// @notice What an account is owed, in wei, ready or not; of a contract of the protocol its escrow.
    function payoutOf(address account) external view returns (uint256);

    /// @notice What an account can withdraw now, in wei.
    function readyOf(address account) external view returns (uint256);

    /// @notice Unix second before which the account cannot withdraw; 0 if it never was frozen.
    function frozenUntil(address account) external view returns (uint256);

    /// @notice Oracle and attestations only: locks free stake as a bond, within the exposure caps.
    function lock(address operator, uint256 amount) external;

    /// @notice Oracle and attestations only: frees a bond.
    function release(address operator, uint256 amount) external;

    /// @notice Oracle only: moves `amounts[i]` of the caller's escrow to `accounts[i]`, and frees the bond of the first `freed` of them.
    function releaseAndPay(uint256 bond, uint256 freed, address[] calldata accounts, uint256[] calldata amounts) external;

    /// @notice Oracle and attestations only: takes a locked bond out of the stake and splits it: credits `shares[i]` to `accounts[i]` and
    ///         burns the rest.
    function slash(address operator, uint256 amount, address[] calldata accounts, uint256[] calldata shares) external;

    /// @notice Credits the sent value to an account. Anybody may give.
    function credit(address account) external payable;

    /// @notice Protocol only: moves the caller's escrow to another account.
    function transferPayout(address to, uint256 amount) external;

    /// @notice Protocol only: burns the caller's escrow.
    function burnPayout(uint256 amount) external;
}
