// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Handler} from "./Handler.sol";

/// @notice What the test runner asks of a target: these functions of this contract, and no others.
struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}

/// @title What holds after any legal moves of anybody
contract ProtocolInvariants {
    Handler private handler;

    function setUp() external {
        handler = new Handler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector({addr: address(handler), selectors: handler.moves()});
    }

    /// @notice All at once, so that one campaign tries them all.
    function invariant_moneyAndTruth() external view {
        handler.checkBalance();
        handler.checkEscrow();
        handler.checkHonest();
        handler.checkExposure();
        handler.checkSettlements();
    }

    /// @notice From any state everybody can come to an end: all games, requests and claims, and then everybody has their money.
    function afterInvariant() external {
        handler.finish();
    }
}
