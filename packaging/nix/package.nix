# SPDX-License-Identifier: ISC
{
  lib,
  stdenv,
  fetchurl,
  cmake,
  ninja,
  gtest,
  iproute2,
  nlohmann_json,
  python3,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "bindchain";
  version = "1.0.0";

  src = fetchurl {
    url = "https://bindchain.example/releases/bindchain-${finalAttrs.version}.tar.xz";
    sha256 = "@SHA256@";
  };

  # "out" has the documents.
  outputs = [
    "bin"
    "lib"
    "dev"
    "man"
    "out"
  ];

  nativeBuildInputs = [
    cmake
    ninja
  ];

  nativeCheckInputs = [ python3 ] ++ lib.optional stdenv.hostPlatform.isLinux iproute2;

  checkInputs = [
    gtest
    nlohmann_json
  ];

  # The executable refers to libbindchain-adopt in "lib"; the links in libexec, which refer to
  # the executable, must not be there too.
  cmakeFlags = [
    (lib.cmakeBool "BINDCHAIN_BOTH_LIBRARIES" true)
    (lib.cmakeBool "BINDCHAIN_HARDENING" true)
    (lib.cmakeFeature "CMAKE_INSTALL_LIBEXECDIR" "${placeholder "bin"}/libexec")
  ];

  doCheck = true;

  checkPhase = ''
    runHook preCheck
    ctest -L 'unit|library|tools|manual' --output-on-failure
    runHook postCheck
  '';

  # Nothing is moved of what is not there.
  postInstall = ''
    moveToOutput share/bindchain "$bin"
    moveToOutput share/bash-completion "$bin"
    moveToOutput share/zsh "$bin"
    moveToOutput share/fish "$bin"
  '';

  meta = {
    description = "Socket activation for any daemon";
    homepage = "https://bindchain.example/";
    changelog = "https://bindchain.example/CHANGELOG.md";
    license = lib.licenses.isc;
    mainProgram = "bindchain";
    maintainers = [ ];
    platforms = lib.platforms.linux ++ lib.platforms.freebsd ++ lib.platforms.darwin;
  };
})
