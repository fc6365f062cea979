// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What an agent can be made to call, for tests: counts, keeps money, and refuses when it is told to
contract Counter {
    uint256 public count;
    bool public closed;

    error Counter_Closed();

    function setClosed(bool next) external {
        closed = next;
    }

    function add(uint256 amount) external payable returns (uint256) {
        if (closed) revert Counter_Closed();
        return count += amount;
    }
}
