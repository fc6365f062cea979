// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bonds} from "../libraries/Bonds.sol";

/// @title Opens the bond formulas to tests
contract BondsHarness {
    function asserterBond(uint256 gasPrice, uint256 fee, uint256 least) external pure returns (uint256) {
        return Bonds.asserterBond(gasPrice, fee, least);
    }

    function challengerBond(uint256 gas, uint256 gasPrice, uint256 marginBps, uint256 least) external pure returns (uint256) {
        return Bonds.challengerBond(gas, gasPrice, marginBps, least);
    }

    function gasPriceFor(uint256 governed, uint256 multiple, uint256 baseFee) external pure returns (uint256) {
        return Bonds.gasPriceFor(governed, multiple, baseFee);
    }

    function split(uint256 bond, uint256 gasFigure, uint256 fee) external pure returns (uint256 reward, uint256 consumer) {
        return Bonds.split(bond, gasFigure, fee);
    }
}
