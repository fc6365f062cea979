// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What a request may ask for and what its callbacks cost.
/// @param minLiveness    seconds; below it a challenger on a congested chain may not get a transaction in
/// @param maxLiveness    seconds
/// @param maxCallbackGas gas
/// @param gasPrice       governed price of gas for prepaid callbacks and bonds, wei
/// @param minBond        least bond of an assertion, wei
struct RequestRules {
    uint32 minLiveness;
    uint32 maxLiveness;
    uint32 maxCallbackGas;
    uint64 gasPrice;
    uint96 minBond;
}

/// @notice How a game is timed and what opening one costs.
/// @param clock           seconds for each side in all
/// @param extension       seconds that a turn has at least
/// @param gasPrice        governed price of gas, wei
/// @param baseFeeMultiple bonds price gas at no less than this multiple of the base fee
/// @param marginBps       what the challenger's bond is of the defender's gas, in basis points
/// @param minBond         least bond of a challenger, wei
struct GameRules {
    uint32 clock;
    uint32 extension;
    uint64 gasPrice;
    uint16 baseFeeMultiple;
    uint16 marginBps;
    uint96 minBond;
}

/// @notice How money waits, and what operators and attesters put up.
/// @param unbondingDelay   seconds between the beginning and the end of an unstaking
/// @param airGap           seconds that a payout waits at least; at most twice as many
/// @param maxFreeze        seconds for which a freeze stops an account's withdrawals
/// @param exposureBps      most of a stake that may be locked, in basis points
/// @param claimWindow      seconds in which rewards are claimed
/// @param attestations     live attestations that make a version active; 0: every version is
/// @param attestationStake wei that an attestation locks
struct VaultRules {
    uint32 unbondingDelay;
    uint32 airGap;
    uint32 maxFreeze;
    uint16 exposureBps;
    uint32 claimWindow;
    uint8 attestations;
    uint96 attestationStake;
}

/// @title  The numbers that governance may change
/// @notice Each within bounds that are part of the code, and none of them for what is under way: whoever needs a rule reads it when a request,
///         a game, a lock or a payout begins, and keeps what it read.
interface IParameters {
    event RequestRulesChanged(RequestRules rules);
    event GameRulesChanged(GameRules rules);
    event VaultRulesChanged(VaultRules rules);

    /// @param parameter the field's name
    error Parameters_OutOfRange(string parameter, uint256 value, uint256 least, uint256 most);

    /// @notice Governor only, behind the timelock. Reverts with `Parameters_OutOfRange`; likewise the two others.
    function setRequestRules(RequestRules calldata rules) external;
    function setGameRules(GameRules calldata rules) external;
    function setVaultRules(VaultRules calldata rules) external;

    function requestRules() external view returns (RequestRules memory);

    /// @notice The rules of a request and the one of games that its bond depends on.
    function askingRules() external view returns (RequestRules memory rules, uint16 baseFeeMultiple);

    function gameRules() external view returns (GameRules memory);
    function vaultRules() external view returns (VaultRules memory);
}
