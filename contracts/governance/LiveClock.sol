// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IUptimeFeed} from "../interfaces/IUptimeFeed.sol";

/// @title  Time that stands still while a rollup's sequencer is down
/// @notice Nobody can move then, so that no clock and no liveness may run. Without a feed this is plain time, without any call.
library LiveClock {
    /// @dev Changes of state that are looked at. So many within one turn or liveness would be a feed gone mad.
    uint256 private constant MOST_ROUNDS = 64;

    /// @notice Seconds from `since` to `until` in which the sequencer was up; 0 if `until` is before `since`.
    /// @param feed the uptime feed, or zero where the chain has no sequencer. One that does not answer counts as up: it must not stop a game
    function elapsed(IUptimeFeed feed, uint256 since, uint256 until) internal view returns (uint256 seconds_) {
        if (until <= since) return 0;
        seconds_ = until - since;
        if (address(feed) != address(0)) seconds_ -= _down(feed, since, until);
    }

    /// @dev From the latest round back to the one in which `since` lies.
    function _down(IUptimeFeed feed, uint256 since, uint256 until) private view returns (uint256 down) {
        bytes memory call = abi.encodeCall(IUptimeFeed.latestRoundData, ());
        for (uint256 i = 0; i < MOST_ROUNDS; ++i) {
            (bool ok, bytes memory data) = address(feed).staticcall(call);
            if (!ok || data.length < 160) return down;
            (uint80 round, uint256 answer, uint256 start) = abi.decode(data, (uint80, uint256, uint256));
            if (start == 0) return down;
            uint256 from = start > since ? start : since;
            if (until > from) {
                if (answer != 0) down += until - from;
                until = from;
            }
            if (from == since || round == 0) return down;
            call = abi.encodeCall(IUptimeFeed.getRoundData, (round - 1));
        }
    }
}
