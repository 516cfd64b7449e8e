/* SPDX-License-Identifier: ISC */
/* For systems without network namespaces. */
#include "network_namespace.h"

#include <stdexcept>

std::unique_ptr<NetworkNamespace>
NetworkNamespace::enter(std::string *why_not)
{
	*why_not = "this system has no network namespaces";
	return nullptr;
}

bool
NetworkNamespace::exist()
{
	return false;
}

NetworkNamespace::~NetworkNamespace() = default;

[[noreturn]] static void
missing()
{
	throw std::logic_error("this system has no network namespaces");
}

void NetworkNamespace::set_up(const std::string &) { missing(); }
void NetworkNamespace::set_down(const std::string &) { missing(); }
void NetworkNamespace::add_interface(const std::string &) { missing(); }
void NetworkNamespace::add_address(const std::string &, const std::string &) { missing(); }
void NetworkNamespace::remove_address(const std::string &, const std::string &) { missing(); }
void NetworkNamespace::set(const std::string &, const std::string &) { missing(); }
