/* SPDX-License-Identifier: ISC */
#include "json_schema.h"

#include <algorithm>
#include <fstream>

using nlohmann::json;

namespace {

class Check {
public:
	Check(const json &root, std::vector<std::string> *complaints)
	    : root_(root), complaints_(complaints) {}

	void value(const json &schema, const json &instance, const std::string &place)
	{
		for (const auto &word : schema.items())
			apply(word.key(), word.value(), schema, instance, place);
	}

private:
	void complain(const std::string &place, const std::string &what)
	{
		complaints_->push_back(place + ": " + what);
	}

	void apply(const std::string &word, const json &argument, const json &schema,
	    const json &instance, const std::string &place)
	{
		static const std::set<std::string> remarks = { "$schema", "$comment", "$defs",
			"title", "description", "properties" };

		if (word == "$ref")
			value(root_.at(json::json_pointer(argument.get<std::string>().substr(1))),
			    instance, place);
		else if (word == "type")
			type(argument, instance, place);
		else if (word == "enum")
			enumeration(argument, instance, place);
		else if (word == "required")
			required(argument, instance, place);
		else if (word == "additionalProperties" && argument == false)
			properties(schema.at("properties"), instance, place);
		else if (word == "items")
			items(argument, instance, place);
		else if (remarks.count(word) == 0)
			complain(place, "the schema's word " + word + " is not known");
	}

	static bool is_of_type(const std::string &type, const json &instance)
	{
		if (type == "integer")
			return instance.is_number_integer();
		return instance.type_name() == type;
	}

	void type(const json &types, const json &instance, const std::string &place)
	{
		const json list = types.is_array() ? types : json::array({ types });
		bool fits = std::any_of(list.begin(), list.end(), [&](const json &type) {
			return is_of_type(type, instance); });

		if (!fits)
			complain(place, std::string("is ") + instance.type_name() + ", not "
			    + types.dump());
	}

	void enumeration(const json &values, const json &instance, const std::string &place)
	{
		if (std::find(values.begin(), values.end(), instance) == values.end())
			complain(place, instance.dump() + " is not among " + values.dump());
	}

	void required(const json &names, const json &instance, const std::string &place)
	{
		for (const json &name : names)
			if (instance.is_object() && !instance.contains(name.get<std::string>()))
				complain(place, "lacks " + name.dump());
	}

	void properties(const json &known, const json &instance, const std::string &place)
	{
		if (!instance.is_object())
			return;
		for (const auto &member : instance.items())
			if (!known.contains(member.key()))
				complain(place, "has an unknown member " + member.key());
			else
				value(known.at(member.key()), member.value(),
				    place + "/" + member.key());
	}

	void items(const json &schema, const json &instance, const std::string &place)
	{
		for (size_t i = 0; instance.is_array() && i < instance.size(); i++)
			value(schema, instance[i], place + "/" + std::to_string(i));
	}

	const json &root_;
	std::vector<std::string> *complaints_;
};

void
add_members(const json &schema, std::set<std::string> *names)
{
	if (!schema.is_structured())
		return;
	for (const auto &word : schema.items()) {
		if (schema.is_object() && word.key() == "properties")
			for (const auto &property : word.value().items())
				names->insert(property.key());
		add_members(word.value(), names);
	}
}

} // namespace

JsonSchema::JsonSchema(const std::string &file)
{
	std::ifstream stream(file);

	schema_ = json::parse(stream);
}

std::vector<std::string>
JsonSchema::complaints(const json &instance) const
{
	std::vector<std::string> list;

	Check(schema_, &list).value(schema_, instance, "");
	return list;
}

std::set<std::string>
JsonSchema::members() const
{
	std::set<std::string> names;

	add_members(schema_, &names);
	return names;
}
