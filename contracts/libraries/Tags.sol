// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

// Domain tags: `TAG(name) = sha256("opine." name ".v1")`; SPEC, first section. Twin of dispute-game/merkle/tags.ts.

bytes32 constant TAG_BUFFER = 0x123a10e18867c3ca3133d8100f269d838f51d851e987a52276d7fc849a1ec4cf;
bytes32 constant TAG_PROGRAM = 0x38e2e13fa822bd444d9e70559c79553bfedf88607014441ee9e409725faf24c2;
bytes32 constant TAG_SALT = 0x93b912e8a0717788f77a27663625a1fd350df112653cca8ded8460ce6410f727;
bytes32 constant TAG_INPUTS = 0xbd81d3d63dc96cf016910bf284b887ebfc89cfd5802fa4aa6b3324abf5ccba67;
