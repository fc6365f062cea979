// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The cheat codes of the test runner that are used here.
interface Vm {
    function warp(uint256 time) external;
    function roll(uint256 number) external;
    /// @notice The next call, whatever it is (a precompile too), comes from there.
    function prank(address sender) external;
    function deal(address account, uint256 balance) external;
    function setNonce(address account, uint64 nonce) external;
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool);
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function readFile(string calldata path) external view returns (string memory);
    function parseBytes(string calldata hexText) external pure returns (bytes memory);
}

Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
