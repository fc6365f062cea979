// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILiveClock} from "../interfaces/ILiveClock.sol";
import {IUptimeFeed} from "../interfaces/IUptimeFeed.sol";

/// @title The live clock of a rollup with an uptime feed, see ILiveClock
contract LiveClock is ILiveClock {
    /// @dev Changes of state that are looked at. So many within one turn or liveness would be a feed gone mad.
    uint256 private constant MOST_ROUNDS = 64;

    /// @notice One that does not answer counts as up: it must not stop a game.
    IUptimeFeed public immutable FEED;

    constructor(IUptimeFeed feed) {
        FEED = feed;
    }

    /// @inheritdoc ILiveClock
    function elapsed(uint256 since, uint256 until) external view returns (uint256) {
        return until - since - _down(since, until);
    }

    /// @dev From the latest round back to the one in which `since` lies.
    function _down(uint256 since, uint256 until) private view returns (uint256 down) {
        bytes memory call = abi.encodeCall(IUptimeFeed.latestRoundData, ());
        for (uint256 i = 0; i < MOST_ROUNDS; ++i) {
            (bool ok, bytes memory data) = address(FEED).staticcall(call);
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
