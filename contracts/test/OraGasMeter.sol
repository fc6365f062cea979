// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAIOracleCallback} from "../adapters/IAIOracle.sol";

/// @title Remembers how much gas a callback came with, and uses it all up if it is told to; for tests
contract OraGasMeter is IAIOracleCallback {
    uint256 public given;
    uint256 public calls;
    bool public hungry;

    function setHungry(bool next) external {
        hungry = next;
    }

    function aiOracleCallback(uint256, bytes calldata, bytes calldata) external {
        given = gasleft();
        ++calls;
        while (hungry) ++calls;
    }
}
