// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";

/// @title An operator that tries to be paid twice: while the vault pays it, it calls the vault again
contract GreedyReceiver {
    IOperatorRegistry public immutable VAULT;

    /// @notice How many of the calls from within a payment succeeded.
    uint256 public successes;
    uint256 public received;

    constructor(IOperatorRegistry vault) {
        VAULT = vault;
    }

    receive() external payable {
        received += msg.value;
        _try(abi.encodeCall(VAULT.withdraw, (address(this))));
        _try(abi.encodeCall(VAULT.completeUnstake, ()));
    }

    function stake() external payable {
        VAULT.stake{value: msg.value}();
    }

    function beginUnstake(uint256 amount) external {
        VAULT.beginUnstake(amount);
    }

    function completeUnstake() external {
        VAULT.completeUnstake();
    }

    function withdraw() external {
        VAULT.withdraw(address(this));
    }

    function _try(bytes memory call) private {
        (bool ok,) = address(VAULT).call(call);
        if (ok) ++successes;
    }
}
