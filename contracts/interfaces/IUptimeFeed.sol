// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title  A rollup's sequencer uptime feed, as Chainlink deploys them
/// @notice A round is a change of state: `answer` is 0 while the sequencer is up and 1 while it is down, `startedAt` when that began, unix seconds.
interface IUptimeFeed {
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);

    /// @notice An earlier round; reverts or answers zeros where there is none.
    function getRoundData(uint80 roundId)
        external
        view
        returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}
