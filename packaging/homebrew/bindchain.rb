# SPDX-License-Identifier: ISC
# frozen_string_literal: true

# Socket activation for any daemon
class Bindchain < Formula
  desc "Socket activation: bind a socket, then execute the program that serves it"
  homepage "https://bindchain.example/"
  url "https://bindchain.example/releases/bindchain-1.0.0.tar.xz"
  sha256 "@SHA256@"
  license "ISC"

  depends_on "cmake" => :build

  def install
    args = %w[
      -DBINDCHAIN_BOTH_LIBRARIES=ON
      -DBINDCHAIN_HARDENING=ON
      -DBUILD_TESTING=OFF
    ]
    system "cmake", "-S", ".", "-B", "build", *args, *std_cmake_args
    system "cmake", "--build", "build"
    system "cmake", "--install", "build"
  end

  test do
    require "socket"

    assert_equal "bindchain #{version}\n", shell_output("#{bin}/bindchain --version")
    # The kernel chooses the port, and a client gets the answer of the handler.
    server = IO.popen([bin/"bindchain", "listen", "--tcp=127.0.0.1:0", "--report=/dev/stdout", "--",
                       bin/"bindchain", "accept", "--", "/bin/sh", "-c", "echo answer"].map(&:to_s),
                      close_others: true)
    begin
      port = server.gets[/ address=127\.0\.0\.1:(\d+) /, 1]
      assert_equal "answer\n", TCPSocket.open("127.0.0.1", port, &:read)
    ensure
      Process.kill "TERM", server.pid
      server.close
    end
  end
end
