/**
 * What the agents of boards can do (features.ts). They cannot tell the energy of their battery (26),
 * and nothing takes arguments of fetch (25).
 */
export const COMMANDS = "0ABCDER0000000^000r00uv~XC0[\\}0v";
export const PARAMETERS = "01123300000044300050067510089:";
export const DEPENDENCIES = false;
export const SECTIONS = [16, 20, 7, 8, 9];
export const SEVERABLE = [16, 20, 23];
export const TRACE = false;
