// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IUptimeFeed} from "../interfaces/IUptimeFeed.sol";

/// @title An uptime feed whose state anybody sets
contract MockUptimeFeed is IUptimeFeed {
    int256[] private _answers;
    uint256[] private _starts;
    bool private _mute;

    constructor() {
        _answers.push(0);
        _starts.push(block.timestamp);
    }

    /// @notice Begins a round. @param startedAt unix seconds
    function set(int256 answer, uint256 startedAt) external {
        _answers.push(answer);
        _starts.push(startedAt);
    }

    /// @notice A feed that reverts.
    function mute(bool muted) external {
        _mute = muted;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return getRoundData(uint80(_answers.length));
    }

    function getRoundData(uint80 roundId) public view returns (uint80, int256, uint256, uint256, uint80) {
        require(!_mute && roundId > 0);
        return (roundId, _answers[roundId - 1], _starts[roundId - 1], _starts[roundId - 1], roundId);
    }
}
