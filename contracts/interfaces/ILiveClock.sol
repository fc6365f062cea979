// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title  Time that stands still while a rollup's sequencer is down
/// @notice Nobody can move then, so that no clock and no liveness may run.
interface ILiveClock {
    /// @notice Seconds from `since` to `until`, the later one, in which the sequencer was up.
    function elapsed(uint256 since, uint256 until) external view returns (uint256);
}

/// @notice The same where a chain may have no sequencer: plain time then, without any call; 0 if `until` is before `since`.
function elapsedOn(ILiveClock clock, uint256 since, uint256 until) view returns (uint256) {
    if (until <= since) return 0;
    return address(clock) == address(0) ? until - since : clock.elapsed(since, until);
}

/// @notice Seconds since a past time in which the sequencer was down: what moves an end away. None, without any call, on a chain without one.
function pausedOn(ILiveClock clock, uint256 since) view returns (uint256) {
    return address(clock) == address(0) ? 0 : block.timestamp - since - clock.elapsed(since, block.timestamp);
}
